/** Models through the window: taken in from a file, tried out, measured, removed; bad files and a child that dies are told. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModelFor } from '../../main/library/bundled';
import { sharedMissing, sharedPath } from '../support/shared-files';
import { SP_MAMBA_SMALL, spMambaFile } from '../support/sp-mamba';
import { dropFile } from './support/pictures';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const DVMSR = 'weights/DVMSR/team07_DVMSR.pth';

describe.skipIf(!hasChromium)('models (needs Chromium)', () => {
  let studio: RunningStudio;
  let root: string;
  const row = (name: string): Locator => studio.page.locator('li[data-model]').filter({ hasText: name });
  const takeIn = (file: string) => studio.page.locator('main input[type=file]').setInputFiles(file);
  const more = async (model: Locator, item: string) => {
    await model.getByRole('button', { name: /^More for/ }).click();
    await studio.page.getByRole('menuitem', { name: item }).click();
  };

  beforeAll(async () => {
    root = mkdtempSync(path.join(tmpdir(), 'mamba-models-'));
    writeFileSync(path.join(root, 'settings.json'), '{"welcomed":true}');
    studio = await startStudio({ dataDir: root });
    await studio.page.getByRole('navigation').first().getByText('Models', { exact: true }).click();
    await row('Cell nuclei').waitFor();
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('takes in an archive with a card, tests it, and names the finding in the language of the user', async () => {
    const { files, card } = await findModelFor('segment');
    const renamed = { ...card, id: 'copied', name: 'Copied nuclei' };
    const archive = path.join(root, 'copied.zip');
    writeFileSync(archive, zipSync({ 'card.json': Buffer.from(JSON.stringify(renamed)), 'model.safetensors': readFileSync(files.weights) }, { level: 0 }));
    await takeIn(archive);
    await row('Copied nuclei').waitFor();
    await more(row('Copied nuclei'), 'Self-test');
    await studio.page.getByText(/Both kinds of kernels agree|All [\d,]+ values are finite/).waitFor();
  });

  it('measures, says when the child dies at it, and measures again', async () => {
    await row('Copied nuclei').getByRole('button', { name: /^Measure/ }).click();
    await expect.poll(() => studio.workerPids().length).toBeGreaterThan(0);
    await studio.page.waitForTimeout(500);
    for (const pid of studio.workerPids()) process.kill(pid, 'SIGKILL');
    await studio.page.getByRole('alert').filter({ hasText: 'Copied nuclei' }).waitFor();
    await row('Copied nuclei').getByRole('button', { name: /^Measure/ }).click();
    await row('Copied nuclei').getByText(/[\d.]+ Mpx\/s/).waitFor();
  });

  it('says of a file that is no model what is wrong, and lets go of it', async () => {
    const junk = path.join(root, 'junk.pth');
    writeFileSync(junk, 'no checkpoint');
    await takeIn(junk);
    const note = studio.page.getByRole('alert').filter({ hasText: 'junk.pth' });
    await note.waitFor();
    expect(await note.innerText()).not.toContain(path.join(root, 'uploads'));
    await studio.page.getByRole('button', { name: 'Dismiss the message about junk.pth' }).click();
    await note.waitFor({ state: 'detached' });
  });

  it('tries a model on a file: on the screen of its task, or in place where there is none; by keyboard and by a drop', async () => {
    const { page } = studio;
    const checkpoint = path.join(root, 'voices.safetensors');
    writeFileSync(checkpoint, spMambaFile(SP_MAMBA_SMALL));
    await takeIn(checkpoint);
    await row('SPMamba').getByRole('button', { name: 'Try SPMamba' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Try SPMamba' });
    const choose = dialog.getByRole('button', { name: 'Choose a file' });
    await expect.poll(() => choose.evaluate((button) => button === document.activeElement)).toBe(true);
    await dialog.locator('input[type=file]').setInputFiles(path.resolve('assets/coins.png'));
    await dialog.getByRole('alert').waitFor(); // a picture is no sound
    await dropFile(page, 'jfk.wav', 'audio/wav', readFileSync('assets/jfk.wav')); // beside the dialog
    await expect.poll(() => dialog.locator('audio').count(), { timeout: 600_000 }).toBe(3);
    await expect.poll(() => dialog.locator('audio').evaluateAll((all) => all.map((one) => Math.round((one as HTMLAudioElement).duration)))).toEqual([11, 11, 11]);
    const [saved] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save: Second speaker' }).click()]);
    expect(saved.suggestedFilename()).toBe('jfk.speaker2.wav');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await row('Copied nuclei').getByRole('button', { name: /^Try/ }).click();
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles(path.resolve('assets/coins.png'));
    await page.locator('main[data-screen=segment]').waitFor();
    await page.locator('canvas').first().waitFor();
    await page.getByRole('navigation').first().getByText('Models', { exact: true }).click();
  });

  it('sends the user to the page of what only people can fetch', async () => {
    const page = row('SPMamba').getByRole('link', { name: 'Page of SPMamba' });
    expect(await page.getAttribute('href')).toContain('https://github.com/JusperLee/SPMamba');
    await studio.page.getByRole('textbox', { name: 'Find a model' }).fill('swin-umamba');
    await row('Swin-UMamba').getByRole('button', { name: 'Swin-UMamba', exact: true }).click();
    const details = studio.page.getByRole('dialog', { name: 'Swin-UMamba' });
    await details.getByText(/import the file/).waitFor();
    expect(await details.getByRole('link').getAttribute('href')).toContain('https://github.com/JiarunLiu/Swin-UMamba');
    await studio.page.keyboard.press('Escape');
    await studio.page.getByRole('textbox', { name: 'Find a model' }).fill('');
  });

  it('removes what was taken in', async () => {
    await more(row('Copied nuclei'), 'Remove');
    await studio.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await row('Copied nuclei').waitFor({ state: 'detached' });
  });

  it.skipIf(sharedMissing(DVMSR))(`takes in a published checkpoint ${sharedMissing(DVMSR) ?? ''}`, async () => {
    await takeIn(sharedPath(DVMSR));
    await row('DVMSR').getByRole('button', { name: /^Measure/ }).waitFor(); // no longer one of the catalogue
    expect(studio.pageErrors).toEqual([]);
  });
});
