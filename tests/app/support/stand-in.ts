/** Starts the built application on the stand-in for Electron, and joins its browser. */
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../../e2e/support/studio';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const START_LIMIT_MS = 300_000;

export interface Told {
  event: string;
  [field: string]: unknown;
}

export interface RunningApp {
  page: Page;
  dataDir: string;
  /** What was asked of the system so far: dialogs, links, menus, theme ... */
  told: Told[];
  /** The first one from now on, or from `since` of `told` on. */
  next(event: string, since?: number): Promise<Told>;
  /** A command of tests/support/electron-stand-in. */
  command(name: string, ...args: unknown[]): Promise<unknown>;
  stderr(): string;
  /** Process ids of its children that are not the browser's. */
  workers(): number[];
  exited: Promise<number | null>;
  close(): Promise<void>;
}

/** `root`: the folder of the application, the repository's own without. */
export async function startApp({ files = [] as string[], root = ROOT } = {}): Promise<RunningApp> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-app-'));
  const child = fork(path.join(root, 'out/main/index.js'), files, {
    execArgv: ['--import', new URL('../../support/electron-stand-in/register.mjs', import.meta.url).href],
    env: { ...process.env, STAND_IN_CHROMIUM: CHROMIUM, STAND_IN_USER_DATA: dataDir, STAND_IN_DOWNLOADS: dataDir },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));

  const told: Told[] = [];
  const waiting = new Set<() => void>();
  child.on('message', (message) => {
    told.push(message as Told);
    for (const look of [...waiting]) look();
  });
  const find = (fits: (told: Told) => boolean, since: number) =>
    new Promise<Told>((resolve, reject) => {
      const look = () => {
        const found = told.slice(since).find(fits);
        if (!found) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const fail = (why: string) => reject(new Error(`${why}; told so far: ${told.map(({ event }) => event).join(', ')}\n${stderr}`));
      const timer = setTimeout(() => fail('nothing came in time'), START_LIMIT_MS);
      waiting.add(look);
      void exited.then((code) => fail(`the application ended with ${code}`));
      look();
    });
  const next = (event: string, since = told.length) => find((message) => message.event === event, since);
  let count = 0;
  const command = async (name: string, ...args: unknown[]) => {
    const id = ++count;
    child.send({ id, name, args });
    const { result, error } = await find((message) => message.event === 'answer' && message.id === id, 0);
    if (error !== undefined) throw new Error(String(error));
    return result;
  };

  const close = async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { endpoint } = await next('browser', 0);
    await next('window-shown', 0);
    const browser = await chromium.connectOverCDP(String(endpoint));
    const page = browser.contexts()[0]!.pages().find((each) => each.url().includes('studio'))!;
    return { page, dataDir, told, next, command, stderr: () => stderr, workers: () => workersOf(child.pid!), exited, close: async () => (await browser.close(), await close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

function workersOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/));
  return lines.filter(([, ppid, ...args]) => Number(ppid) === parent && args.some((word) => word.endsWith('worker.js'))).map(([pid]) => Number(pid));
}
