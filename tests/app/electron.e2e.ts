/** The same application in a real Electron, where its binary is installed (`npx install-electron`); skipped by name elsewhere. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreloadApi } from '../../main/contract/preload-api';

declare const window: { mamba: PreloadApi };
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const binary = findBinary();

/** Without requiring `electron`, which would download it. */
function findBinary(): string | undefined {
  const folder = path.join(ROOT, 'node_modules', 'electron');
  const name = path.join(folder, 'path.txt');
  const file = process.env.MAMBA_ELECTRON ?? (existsSync(name) ? path.join(folder, 'dist', readFileSync(name, 'utf8')) : '');
  return existsSync(file) ? file : undefined;
}

describe.skipIf(!binary)('the application in Electron (needs its binary)', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-electron-'));
  let app: ElectronApplication;
  let page: Page;
  beforeAll(async () => {
    app = await _electron.launch({ executablePath: binary!, args: [ROOT, `--user-data-dir=${dataDir}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    await app?.close();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  const call = (name: string, params: unknown = {}) => page.evaluate(([request, body]) => window.mamba.call(request as string, body), [name, params] as const);

  it('shows its page, isolated', async () => {
    await page.locator('nav').first().waitFor();
    expect(page.url()).toBe('app://studio/index.html');
    expect(await page.evaluate(() => ['require', 'process', 'Buffer', 'module'].filter((name) => name in window))).toEqual([]);
  });

  it('answers, and segments in a utility process', async () => {
    expect(await call('app.info')).toMatchObject({ result: { transport: 'electron' } });
    const { result: demos } = (await call('files.demos')) as { result: { id: string; name: string }[] };
    const { result } = (await call('jobs.submit', { task: 'segment', file: demos.find(({ name }) => name === 'cell.png')!.id })) as { result: { id: string } };
    const state = async () => ((await call('jobs.list')) as { result: { id: string; state: string }[] }).result.find(({ id }) => id === result.id)!.state;
    await expect.poll(state, { timeout: 600_000 }).toBe('done');
    const kinds = await app.evaluate(({ app: main }) => main.getAppMetrics().map(({ name }) => name));
    expect(kinds).toContain('Mamba Studio inference');
  });

  it('stays on its page', async () => {
    await page.evaluate(() => void (location.href = 'https://example.com/'));
    await page.waitForTimeout(500);
    expect(page.url()).toBe('app://studio/index.html');
  });
});
