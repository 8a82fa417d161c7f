/** The product as a user has it: the built `serve` with the real child process and bundled models, and its window in Chromium. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import type { DeskJob } from '../../../main/contract/desk';

export const CHROMIUM = process.env.MAMBA_CHROMIUM ?? '/usr/bin/chromium';
/** For `describe.skipIf(!hasChromium)`; the name of the skipped tests says why. */
export const hasChromium = existsSync(CHROMIUM);

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const START_LIMIT_MS = 300_000;
const PATIENCE_MS = 120_000; // for what takes a moment; what takes longer says so

export interface StudioOptions {
  folders?: string[];
  chromiumArgs?: string[];
  context?: BrowserContextOptions;
  /** Kept by the caller: to start again on the same data. */
  dataDir?: string;
}

export interface RunningStudio {
  page: Page;
  context: BrowserContext;
  /** With the token. */
  url: string;
  dataDir: string;
  serverPid: number;
  /** Uncaught errors and failed CSP checks of the page, as text. */
  pageErrors: string[];
  /** What the window was last told of the job of a file. */
  jobOf(name: string): DeskJob | undefined;
  /** Process ids of the inference children, now. */
  workerPids(): number[];
  /** Stops the inference children where they are, so that a job cannot be through before a slow page has come to what is tested; gives what lets them go on. */
  hold(): () => void;
  /** Ends browser and server; removes the data folder unless the caller gave it. */
  close(): Promise<void>;
}

export async function startStudio({ folders = [], chromiumArgs = [], context: contextOptions = {}, dataDir: given }: StudioOptions = {}): Promise<RunningStudio> {
  const dataDir = given ?? mkdtempSync(path.join(tmpdir(), 'mamba-e2e-'));
  const server = await startServer(['--data-dir', dataDir, ...folders]);
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await server.end();
    if (given === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', ...chromiumArgs],
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', acceptDownloads: true, ...contextOptions });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const pageErrors: string[] = [];
    const jobs = new Map<string, DeskJob>();
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => {
      const { event, body } = JSON.parse(String(payload)) as { event?: string; body?: DeskJob };
      if (event === 'job') jobs.set(body!.file.name, body!);
    }));
    page.on('pageerror', (error) => pageErrors.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (message.type() === 'error') pageErrors.push(message.text());
    });
    const workerPids = () => childrenOf(server.process.pid!);
    const hold = () => {
      const held = workerPids();
      for (const pid of held) process.kill(pid, 'SIGSTOP');
      return () => workerPids().filter((pid) => held.includes(pid)).forEach((pid) => process.kill(pid, 'SIGCONT'));
    };
    await page.goto(server.url);
    return { page, context, url: server.url, dataDir, serverPid: server.process.pid!, pageErrors, jobOf: (name) => jobs.get(name), workerPids, hold, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface RunningServer {
  process: ChildProcess;
  url: string;
  stderr(): string;
  /** As Ctrl-C does; resolves to the exit code. */
  end(): Promise<number | null>;
}

/** `mamba-studio serve` alone, on a free port; every answer is compared with the contract. */
export function startServer(args: string[]): Promise<RunningServer> {
  const child = spawn(process.execPath, [path.join(ROOT, 'bin', 'mamba-studio.mjs'), 'serve', '--json', '--no-open', '--check-results', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const end = async () => {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const code = await ended;
    clearTimeout(timer);
    return code;
  };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`serve did not start in ${START_LIMIT_MS} ms\n${stderr}`));
    }, START_LIMIT_MS);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const line = /^\{"event":"listening".*\}$/m.exec(stdout);
      if (!line) return;
      clearTimeout(timer);
      resolve({ process: child, url: (JSON.parse(line[0]) as { url: string }).url, stderr: () => stderr, end });
    });
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`serve ended with ${code}\n${stderr}`));
    });
  });
}

/** Linux: from /proc. Elsewhere nothing is found, and tests that need it are skipped by name. */
function childrenOf(parent: number): number[] {
  if (!existsSync('/proc')) return [];
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return processes.filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
    } catch {
      return false; // it has just ended
    }
  });
}
