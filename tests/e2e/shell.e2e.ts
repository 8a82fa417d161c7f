/** The frame around the screens: first start, keyboard, opening of files, language and theme, errors, a lost connection. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const SCREENS = ['segment', 'transcribe', 'batch', 'models', 'logs', 'settings'];
const image = path.resolve('assets/cell.png');

const shown = (page: Page, screen: string) => page.locator(`main[data-screen=${screen}]`).waitFor();

describe.skipIf(!hasChromium)('shell (needs Chromium)', () => {
  let studio: RunningStudio;
  let page: Page;
  beforeAll(async () => {
    studio = await startStudio({ folders: [path.resolve('assets')] });
    page = studio.page;
  });
  afterAll(() => studio.close());

  it('greets at the first start, and never again', async () => {
    await page.getByRole('dialog', { name: 'Welcome to Mamba Studio' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Connected').waitFor();
    await page.waitForTimeout(500);
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('goes to every screen by keyboard and comes back to it after a reload', async () => {
    for (const [index, screen] of SCREENS.entries()) {
      await page.keyboard.press(`Control+${index + 1}`);
      await shown(page, screen);
      expect(await page.locator(`nav [aria-current=page]`).getAttribute('data-screen')).toBe(screen);
    }
    await page.keyboard.press('Control+4');
    await page.reload();
    await shown(page, 'models');
  });

  it('lists the shortcuts', async () => {
    await page.getByText('Connected').waitFor();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Open a folder').waitFor();
    await page.keyboard.press('Control+2'); // the dialog has the keyboard
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await shown(page, 'models');
  });

  it('opens files of the granted folders, and uploads others', async () => {
    await page.keyboard.press('Control+o');
    const dialog = page.getByRole('dialog', { name: 'Open files' });
    await dialog.getByRole('button', { name: 'assets' }).click();
    await dialog.getByRole('button', { name: 'jfk.wav' }).click();
    await dialog.getByRole('button', { name: 'Open 1 file' }).click();
    await shown(page, 'transcribe');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+o');
    await dialog.locator('input[type=file]').setInputFiles(image);
    await shown(page, 'segment');
    await dialog.waitFor({ state: 'detached' });
  });

  it('takes a dropped and a pasted file anywhere, and says what it cannot open', async () => {
    for (const type of ['drop', 'paste']) {
      await page.keyboard.press('Control+6');
      await shown(page, 'settings');
      await page.evaluate((event) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['not an image'], `${event}ped.xyz`));
        const options = { bubbles: true, cancelable: true };
        document.body.dispatchEvent(event === 'drop' ? new DragEvent('drop', { ...options, dataTransfer: transfer }) : new ClipboardEvent('paste', { ...options, clipboardData: transfer }));
      }, type);
      await page.getByRole('alert').filter({ hasText: `${type}ped.xyz` }).waitFor();
      await shown(page, 'settings');
    }
  });

  it('says where files of another kind were opened', async () => {
    const files = [image, path.resolve('assets/jfk.wav')].map((file) => ({ name: path.basename(file), data: readFileSync(file, 'base64') }));
    await page.evaluate((dropped) => {
      const transfer = new DataTransfer();
      for (const { name, data } of dropped) transfer.items.add(new File([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))], name));
      document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
    }, files);
    await shown(page, 'segment');
    const notice = page.getByText('1 file was opened under “Transcribe”');
    await notice.waitFor();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await shown(page, 'transcribe');
  });

  it('speaks German and goes dark at once, and again after a reload', async () => {
    await page.keyboard.press('Control+6');
    await page.getByRole('combobox', { name: 'Language' }).or(page.getByLabel('Language')).first().click();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Optionen' }).waitFor();
    await page.getByText('Dunkel', { exact: true }).click();
    for (const reload of [false, true]) {
      if (reload) await page.reload();
      await page.getByRole('heading', { name: 'Optionen' }).waitFor();
      await page.locator('html[lang=de][data-mantine-color-scheme=dark]').waitFor();
    }
    await page.getByText('System', { exact: true }).click();
    await page.getByLabel('Sprache').first().click();
    await page.getByRole('option', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
  });

  it('writes errors of the window to the log', async () => {
    await page.evaluate(() => setTimeout(() => Promise.reject(new Error('a planned failure'))));
    await page.keyboard.press('Control+5');
    await page.getByRole('log').getByText('a planned failure').first().waitFor();
    await page.getByRole('button', { name: 'Diagnostics' }).click();
    await page.getByRole('dialog').locator('pre').waitFor();
    expect(await page.getByRole('dialog').locator('pre').innerText()).not.toContain(path.resolve('assets'));
    await page.keyboard.press('Escape');
  });

  it('says that the connection is lost when the server ends', async () => {
    process.kill(studio.serverPid, 'SIGKILL');
    await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor();
    await page.keyboard.press('Control+4');
    await shown(page, 'models');
  });
});
