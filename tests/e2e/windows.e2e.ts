/** Several windows at one server, and a server that ends and is started again: what all of them show stays the same. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startServer, startStudio, type RunningServer, type RunningStudio } from './support/studio';

const FILES = 40; // the batch is still at work when both windows have been looked at

describe.skipIf(!hasChromium)('windows of one server (needs Chromium)', () => {
  let studio: RunningStudio;
  let again: RunningServer | undefined;
  let root: string;
  let first: Page;
  let second: Page;
  const dataDir = () => path.join(root, 'data');

  beforeAll(async () => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'mamba-windows-')));
    for (const folder of ['data', 'slides']) mkdirSync(path.join(root, folder));
    for (let i = 0; i < FILES; i++) await sharp('assets/cell.png').extract({ left: i, top: 0, width: 200, height: 200 }).resize(1000).png().toFile(path.join(root, 'slides', `${i} 🔬 صورة.png`));
    writeFileSync(path.join(dataDir(), 'settings.json'), '{"welcomed":true}');
    studio = await startStudio({ folders: [root], dataDir: dataDir() });
    first = studio.page;
    second = await studio.context.newPage();
    await second.goto(studio.url);
    for (const page of [first, second]) {
      await page.getByRole('navigation').first().getByText('Batch', { exact: true }).click();
    }
  });
  afterAll(async () => {
    await again?.end();
    await studio?.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('a batch is in the status bar of both, and a click there shows it', async () => {
    await first.getByRole('button', { name: 'Add a folder' }).click();
    const dialog = first.getByRole('dialog');
    await dialog.getByRole('button', { name: path.basename(root) }).click();
    await dialog.getByRole('button', { name: 'slides' }).click();
    await dialog.getByRole('button', { name: 'Choose this folder' }).click();
    await first.getByRole('button', { name: `Start with ${FILES} files` }).click();
    for (const page of [first, second]) await page.getByRole('contentinfo').getByText('1 batch').waitFor();
    await second.getByRole('navigation').first().getByText('Segment', { exact: true }).click();
    await second.getByRole('contentinfo').getByText('1 batch').click();
    await second.getByRole('button', { name: 'slides', exact: true }).click();
    await second.locator('main[data-screen=batch]').getByRole('heading', { name: 'slides' }).waitFor();
  });

  it('each shows the lost connection and comes back by itself when the server is started again at the same port', async () => {
    process.kill(studio.serverPid, 'SIGKILL');
    for (const page of [first, second]) await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor();
    again = await startServer(['--port', new URL(studio.url).port, '--data-dir', dataDir(), root]);
    for (const page of [first, second]) {
      await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor({ state: 'detached' });
      await page.getByRole('status').filter({ hasText: 'Finished' }).waitFor({ timeout: 600_000 }); // it went on where it was
    }
    await first.reload();
    await first.getByText('Connected').waitFor();
  });

  it('what is removed in one is gone from the other', async () => {
    await first.getByRole('button', { name: 'Remove from list' }).click();
    for (const page of [first, second]) await page.getByRole('heading', { name: 'New batch' }).waitFor();
  });

  it('recent files are offered, and can be taken off the list', async () => {
    for (const recent of [false, true]) {
      await first.keyboard.press('Control+1');
      await first.locator('main[data-screen=segment]').waitFor();
      await first.keyboard.press('Control+o');
      const dialog = first.getByRole('dialog', { name: 'Open files' });
      if (!recent) {
        await dialog.getByRole('button', { name: path.basename(root) }).click();
        await dialog.getByRole('button', { name: 'slides' }).click();
        await dialog.getByRole('button', { name: /^7 .*\.png$/ }).first().click();
        await dialog.getByRole('button', { name: 'Open 1 file' }).click();
      } else {
        await dialog.getByRole('button', { name: /^Remove 7 .* from this list$/ }).click();
        await dialog.getByRole('region', { name: 'Opened recently' }).waitFor({ state: 'detached' });
        await first.keyboard.press('Escape');
      }
      await dialog.waitFor({ state: 'detached' });
    }
  });

  it('an upload over a slow line can be cancelled, and leaves nothing', async () => {
    const line = await studio.context.newCDPSession(first);
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 50, downloadThroughput: 1e6, uploadThroughput: 1e6 });
    const large = path.join(root, 'large.wav');
    writeFileSync(large, Buffer.alloc(40_000_000));
    await first.keyboard.press('Control+o');
    await first.getByRole('dialog').locator('input[type=file]').setInputFiles(large);
    await first.getByRole('button', { name: 'Cancel the upload' }).click();
    await first.getByRole('button', { name: 'Cancel the upload' }).waitFor({ state: 'detached' });
    expect(await first.getByRole('alert').count()).toBe(0);
  });
});
