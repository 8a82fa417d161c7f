/** The built application, main process to page, on the stand-in for Electron: what does not need Electron's binary to be true. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreloadApi } from '../../main/contract/preload-api';
import { hasChromium } from '../e2e/support/studio';
import { startApp, type RunningApp } from './support/stand-in';

declare const window: { mamba: PreloadApi };
const COINS = fileURLToPath(new URL('../../assets/coins.png', import.meta.url));

describe.skipIf(!hasChromium)('the application on a stand-in for Electron (needs Chromium)', () => {
  let app: RunningApp;
  const errors: string[] = [];
  beforeAll(async () => {
    app = await startApp({ files: [COINS] });
    app.page.on('pageerror', (error) => errors.push(String(error)));
  });
  afterAll(() => app?.close());

  const call = (name: string, params: unknown = {}) => app.page.evaluate(([request, body]) => window.mamba.call(request as string, body), [name, params] as const);

  it('shows its window, sandboxed and isolated, through app://', async () => {
    await app.page.locator('nav').first().waitFor();
    const { options } = await app.next('window-shown', 0);
    expect(options).toMatchObject({ show: false, webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false } });
  });

  it('gives the page three functions and nothing of Node or Electron', async () => {
    const seen = await app.page.evaluate(() => ({
      api: Object.keys(window.mamba).sort(),
      frozen: Object.isFrozen(window.mamba),
      leaked: ['require', 'process', 'Buffer', 'module', 'ipcRenderer', 'standInSend', 'standInReceive'].filter((name) => name in window),
    }));
    expect(seen).toEqual({ api: ['call', 'onEvent', 'pathOf'], frozen: true, leaked: [] });
  });

  it('runs under the content security policy', async () => {
    // Later, because what the debugger itself evaluates may do everything.
    const ran = await app.page.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          setTimeout(() => {
            try {
              resolve(new Function('return 1')());
            } catch (error) {
              resolve((error as Error).name);
            }
          });
        }),
    );
    expect(ran).toBe('EvalError');
    const inline = await app.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ranInline = true';
      document.body.append(script);
      return 'ranInline' in window;
    });
    expect(inline).toBe(false);
  });

  it('answers requests, and errors with their code', async () => {
    expect(await call('app.info')).toMatchObject({ result: { transport: 'electron', systemDialogs: true, platform: process.platform } });
    expect(await call('no.such')).toMatchObject({ error: { code: 'BAD_USAGE' } });
    expect(await call('files.open', { paths: 'not a list' })).toMatchObject({ error: { code: 'BAD_USAGE' } });
  });

  it('tells the page of events, until it no longer listens', async () => {
    await app.page.evaluate(() => {
      const heard: string[] = [];
      const end = window.mamba.onEvent((name) => heard.push(name));
      Object.assign(window, { heard, end });
    });
    await call('settings.set', { theme: 'dark' });
    const heard = () => app.page.evaluate(() => (window as unknown as { heard: string[] }).heard.filter((name) => name === 'settings').length);
    await expect.poll(heard).toBe(1);
    await app.page.evaluate(() => (window as unknown as { end: () => void }).end());
    await call('settings.set', { theme: 'system' });
    await app.next('theme', app.told.findLastIndex(({ event }) => event === 'theme'));
    expect(await heard()).toBe(1);
    expect(app.told.filter(({ event }) => event === 'theme').map(({ source }) => source)).toEqual(['dark', 'system']);
  });

  it('opens the files that it was started with, and remembers them', async () => {
    expect(app.told.find(({ event }) => event === 'recent-document')).toMatchObject({ file: COINS });
    await app.page.locator('img, canvas').first().waitFor();
    expect(await app.page.getByRole('dialog').count()).toBe(0); // no welcome over them
    expect(await call('files.recent')).toMatchObject({ result: [{ path: COINS, kind: 'image' }] });
  });

  it('segments a demo picture in its utility process', async () => {
    const { result } = (await call('files.demos')) as { result: { id: string; kind: string; name: string }[] };
    const file = result.find(({ name }) => name === 'cell.png')!;
    const submitted = (await call('jobs.submit', { task: 'segment', file: file.id })) as { result: { id: string } };
    expect(submitted).not.toHaveProperty('error');
    const job = async () => ((await call('jobs.list')) as { result: { id: string; state: string; error: unknown; summary: unknown }[] }).result.find(({ id }) => id === submitted.result.id)!;
    await expect.poll(async () => (await job()).state, { timeout: 600_000 }).toMatch(/done|failed/);
    expect(await job()).toMatchObject({ state: 'done', error: null, summary: { task: 'segment' } });
    const regions = await app.page.evaluate(async (id) => (await fetch(`/result/${id}/regions`)).status, submitted.result.id);
    expect(regions).toBe(200);
  });

  it('takes uploads and serves nothing outside of the page', async () => {
    const status = (address: string) => app.page.evaluate(async (url) => (await fetch(url)).status, address);
    expect(await app.page.evaluate(async () => (await (await fetch('/upload?name=a.txt', { method: 'POST', body: 'hello' })).json()) as unknown)).toMatchObject({ files: [], rejected: [{ name: 'a.txt' }] });
    expect(await status('/%2e%2e/%2e%2e/package.json')).toBe(404);
    expect(await status('/..%2f..%2fpackage.json')).toBe(404);
    expect(await status('/index.html')).toBe(200);
  });

  it('refuses foreign addresses, and hands those of the list to the system', async () => {
    const before = app.page.url();
    const since = app.told.length;
    await app.page.evaluate(() => void (location.href = 'https://example.com/'));
    await app.page.evaluate(() => void (location.href = 'https://github.com/state-spaces/mamba'));
    expect(await app.next('open-external', since)).toMatchObject({ url: 'https://github.com/state-spaces/mamba' });
    expect(app.told.filter(({ event }) => event === 'open-external')).toHaveLength(1);
    expect(app.page.url()).toBe(before);
    await app.page.locator('nav').first().waitFor();
  });

  it('opens no second window', async () => {
    const since = app.told.length;
    await app.page.evaluate(() => void open('https://example.com/', '_blank'));
    await app.page.evaluate(() => void open('https://arxiv.org/abs/2405.21060', '_blank'));
    expect(await app.next('open-external', since)).toMatchObject({ url: 'https://arxiv.org/abs/2405.21060' });
    await expect.poll(() => app.page.context().pages().length).toBe(1);
  });

  it('grants the microphone to its own page and nothing else', async () => {
    const ask = (permission: string, origin: string, mediaTypes: string[] = []) => app.command('permission', { permission, origin, mediaTypes });
    expect(await ask('media', 'app://studio/', ['audio'])).toBe(true);
    expect(await ask('media', 'app://studio/', ['audio', 'video'])).toBe(false);
    expect(await ask('media', 'https://example.com/', ['audio'])).toBe(false);
    expect(await ask('geolocation', 'app://studio/')).toBe(false);
  });

  it('passes menu commands on, and speaks the language of the settings', async () => {
    await app.page.evaluate(() => window.mamba.onEvent((name, body) => name === 'menu' && Object.assign(window, { command: body })));
    await app.command('menu', 'models');
    await expect.poll(() => app.page.evaluate(() => (window as unknown as { command: unknown }).command)).toEqual({ command: 'models' });
    const since = app.told.length;
    await call('settings.set', { language: 'de' });
    expect(await app.next('menu', since)).toMatchObject({ labels: expect.arrayContaining(['&Datei', '&Bearbeiten', '&Ansicht']) });
  });

  it('uses the system\'s dialogs', async () => {
    await app.command('next-dialog', { canceled: false, filePaths: [path.join(path.dirname(COINS), 'cell.png')] });
    expect(await call('files.pick', { kind: 'image' })).toMatchObject({ result: { files: [{ name: 'cell.png' }] } });
    expect(await call('folders.pick')).toEqual({ result: { path: null } });
  });

  it('opens what a second start hands over', async () => {
    await app.page.evaluate(() => window.mamba.onEvent((name, body) => name === 'opened' && Object.assign(window, { opened: body })));
    await app.command('second-instance', ['electron', '.', 'hubble_deep_field.jpg'], path.dirname(COINS));
    await expect.poll(() => app.page.evaluate(() => (window as unknown as { opened?: unknown }).opened)).toMatchObject({ files: [{ name: 'hubble_deep_field.jpg' }] });
  });

  it('asks before it leaves while work runs', async () => {
    const { result: demos } = (await call('files.demos')) as { result: { id: string; kind: string }[] };
    for (const { id } of demos.filter(({ kind }) => kind === 'audio')) await call('jobs.submit', { task: 'transcribe', file: id });
    const since = app.told.length;
    await app.command('next-dialog', { response: 1 });
    await app.command('quit');
    expect(await app.next('dialog', since)).toMatchObject({ kind: 'message', options: { message: 'Es wird noch gearbeitet', buttons: ['Trotzdem beenden', 'Abbrechen'] } });
    expect(await call('app.info')).toHaveProperty('result');
    expect(app.told.filter(({ event }) => event === 'awake')).not.toEqual([]);
  });

  it('leaves cleanly: no child stays behind', async () => {
    expect(errors).toEqual([]);
    const workers = app.workers();
    expect(workers).not.toEqual([]);
    await app.command('next-dialog', { response: 0 });
    await app.command('quit');
    expect(await app.exited).toBe(0);
    expect(app.stderr()).toBe('');
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
