import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { tell } from './control.mjs';

const profile = mkdtempSync(path.join(tmpdir(), 'stand-in-'));
let context;

/** One browser with one context; the test connects to it as well, through the port. */
export async function openBrowser() {
  const port = await freePort();
  context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.STAND_IN_CHROMIUM,
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', `--remote-debugging-port=${port}`],
    viewport: null,
    acceptDownloads: true,
  });
  tell('browser', { endpoint: `http://127.0.0.1:${port}` });
}

export const browserContext = () => context;

export async function closeBrowser() {
  await context?.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
