/** A folder through the window: names as they will be, start, reload in the middle, pause, go on, try failed ones again. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropFile } from './support/pictures';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const PICTURES = 30;
const SIDE = 320; // pixels

describe.skipIf(!hasChromium)('batch (needs Chromium)', () => {
  let studio: RunningStudio;
  let root: string;
  const out = () => path.join(root, 'results');
  const results = () => (existsSync(out()) ? readdirSync(out(), { recursive: true }).map(String).filter((name) => name.endsWith('.csv') && !name.includes('summary')) : []);

  beforeAll(async () => {
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'mamba-batch-')));
    for (const folder of ['slides/a', 'slides/b ü', 'results']) mkdirSync(path.join(root, folder), { recursive: true });
    for (let i = 0; i < PICTURES; i++) {
      await sharp('assets/cell.png').extract({ left: i, top: i, width: SIDE, height: SIDE }).png().toFile(path.join(root, 'slides', i % 2 ? 'a' : 'b ü', `${i}.png`));
    }
    copyFileSync('assets/coins.png', path.join(root, 'slides', 'coins.png'));
    writeFileSync(path.join(root, 'slides', 'a', 'bad.png'), 'no picture');
    const dataDir = path.join(root, 'data');
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, 'settings.json'), '{"welcomed":true,"threads":1}');
    studio = await startStudio({ folders: [root], dataDir });
    await studio.page.getByRole('navigation').first().getByText('Batch', { exact: true }).click();
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(root, { recursive: true, force: true });
  });

  const choose = async (folder: string) => {
    const dialog = studio.page.getByRole('dialog');
    await dialog.getByRole('button', { name: path.basename(root) }).click();
    await dialog.getByRole('button', { name: folder }).click();
    await dialog.getByRole('button', { name: 'Choose this folder' }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const status = () => studio.page.getByRole('status').filter({ hasText: /of 32/ }).innerText();

  const fillForm = async () => {
    const { page } = studio;
    await page.getByRole('button', { name: 'Add a folder' }).click();
    await choose('slides');
    await page.getByText('32 files found').waitFor();
    for (const format of ['Label map', 'Overlay', 'COCO']) await page.getByRole('checkbox', { name: format }).uncheck();
    await page.getByRole('radio', { name: /In one folder/ }).click();
    await choose('results');
  };

  it('takes what is dropped anywhere on the form, and opens nothing', async () => {
    const { page } = studio;
    await dropFile(page, 'coins.png', 'image/png', readFileSync('assets/coins.png'), 'main h2');
    await page.getByText('A browser does not tell where dropped files lie').waitFor();
    await page.getByRole('heading', { name: 'New batch' }).waitFor();
  });

  it('shows the names of results while the form is filled', async () => {
    const { page } = studio;
    await fillForm();
    const template = page.getByRole('textbox', { name: 'Names of results' });
    await template.fill('{dir}/{name}-{task');
    await page.getByText('Results cannot be named like this').waitFor();
    await template.fill('{dir}/{name}-{index}');
    await page.getByText('a/1-0001.instances.csv').waitFor();
  });

  it('starts nothing where results would have the same name and that is not wanted', async () => {
    const { page } = studio;
    const chooseCollisions = async (what: string) => {
      await page.getByRole('combobox', { name: 'Where results would have the same name' }).click();
      await page.getByRole('option', { name: what }).click();
    };
    await page.getByRole('textbox', { name: 'Names of results' }).fill('{date}');
    await chooseCollisions('Start nothing');
    await page.getByText('Two results would have the same name').waitFor();
    expect(await page.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(true);
    await chooseCollisions('Number them');
    await page.getByText(/-2\.instances\.csv$/).waitFor();
    await page.getByRole('textbox', { name: 'Names of results' }).fill('{dir}/{name}-{index}');
    await page.getByText('a/1-0001.instances.csv').waitFor();
  });

  it('runs, is back after a reload, pauses and goes on', async () => {
    const { page } = studio;
    await page.getByRole('button', { name: 'Start with 32 files' }).press('Enter');
    await expect.poll(() => results().length).toBeGreaterThan(2);
    const goOn = studio.hold();
    await page.reload();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    goOn();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    const paused = results().length;
    expect(paused).toBeLessThan(31);
    await page.waitForTimeout(500);
    expect(results()).toHaveLength(paused);
    expect(await status()).toContain('Paused');
    await page.getByRole('grid').focus();
    await page.keyboard.press('p'); // the shortcut goes on
    await expect.poll(status, { timeout: 600_000 }).toContain('Finished');
    expect(await status()).toContain('1 failed');
    expect(results()).toHaveLength(31);
  });

  it('goes on by itself after the server was killed', async () => {
    const { page } = studio;
    await page.getByRole('button', { name: 'New batch' }).click();
    await fillForm();
    await page.getByRole('textbox', { name: 'Names of results' }).fill('again/{name}');
    await page.getByText('again/1.instances.csv').waitFor();
    await page.getByRole('button', { name: 'Start with 32 files' }).press('Enter');
    await expect.poll(() => results().length).toBeGreaterThan(33);
    process.kill(studio.serverPid, 'SIGKILL');
    await studio.close();
    studio = await startStudio({ folders: [root], dataDir: path.join(root, 'data') });
    await studio.page.getByRole('navigation').first().getByText('Batch', { exact: true }).click();
    await expect.poll(status, { timeout: 600_000 }).toContain('Finished');
    expect(results().filter((name) => name.startsWith('again'))).toHaveLength(31);
    expect(readdirSync(out(), { recursive: true }).filter((name) => path.basename(String(name)).startsWith('.'))).toEqual([]);
    await studio.page.getByRole('button', { name: 'Remove from list' }).click();
    rmSync(path.join(out(), 'again'), { recursive: true });
    await expect.poll(status).toContain('Finished'); // the first one again
  });

  it('names what is wrong with a file, and tries it again', async () => {
    const { page } = studio;
    await page.getByRole('radiogroup', { name: 'Files shown' }).getByText('Failed 1').click();
    const row = page.getByRole('row').filter({ hasText: 'bad.png' });
    await row.click();
    await page.getByRole('region', { name: 'Details of bad.png' }).getByText('UNKNOWN_FORMAT', { exact: true }).waitFor();
    copyFileSync('assets/cell.png', path.join(root, 'slides', 'a', 'bad.png'));
    await page.getByRole('button', { name: 'Retry failed' }).click();
    await expect.poll(() => results().length, { timeout: 600_000 }).toBe(32);
    await expect.poll(status).toMatch(/Finished\s+32 of 32\s+100%$/);
    expect(readFileSync(path.join(out(), 'mamba-batch-summary.csv'), 'utf8')).not.toContain('UNKNOWN_FORMAT');
  });

  it('moves through the table by keyboard and leaves the list when removed', async () => {
    const { page } = studio;
    await page.getByRole('radiogroup', { name: 'Files shown' }).getByText(/^All/).click();
    await page.getByRole('row').filter({ hasText: '1.png' }).first().waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('[role=row][aria-selected=true]').innerText()).toContain('coins.png'); // after the two folders
    await page.setViewportSize({ width: 390, height: 600 });
    await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = 0));
    await expect.poll(() => page.locator('[role=row][aria-selected=true]').count()).toBe(0); // it is not drawn: no row may be named as the active one
    expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBeNull();
    await page.keyboard.press('ArrowUp');
    const active = page.locator('[role=row][aria-selected=true]');
    await active.waitFor();
    expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBe(await active.getAttribute('id'));
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Remove from list' }).click();
    await page.getByRole('heading', { name: 'New batch' }).waitFor();
    expect(results()).toHaveLength(32);
    expect(studio.pageErrors).toEqual([]);
  });

  it('watches a folder: takes up what comes, and stops when it is told to', async () => {
    const { page } = studio;
    mkdirSync(path.join(root, 'inbox'));
    await page.getByRole('button', { name: 'Add a folder' }).click();
    await choose('inbox');
    await page.getByRole('checkbox', { name: 'Go on watching these folders' }).check();
    for (const format of ['Label map', 'Overlay', 'COCO']) await page.getByRole('checkbox', { name: format }).uncheck();
    await page.getByRole('radio', { name: /In one folder/ }).click();
    await choose('results');
    await page.getByRole('textbox', { name: 'Names of results' }).fill('watched/{name}');
    await page.getByRole('button', { name: 'Start watching' }).click();
    const status = () => page.getByRole('status').filter({ hasText: /of \d/ }).innerText();
    await expect.poll(status).toContain('Waiting for new files');
    for (const name of ['one.png', 'same.png']) copyFileSync('assets/coins.png', path.join(root, 'inbox', name));
    const watched = () => results().filter((name) => name.startsWith('watched'));
    await expect.poll(status, { timeout: 600_000 }).toMatch(/Watching\s+2 of 2/);
    await page.getByRole('row').filter({ hasText: 'one.png' }).waitFor();
    expect(watched()).toHaveLength(1); // of whichever came first: the other holds the same
    await page.getByRole('button', { name: 'Stop watching' }).click();
    await expect.poll(status).toContain('Finished');
    await page.getByRole('button', { name: 'Watch again' }).click();
    await expect.poll(status).toContain('Waiting for new files');
    await page.getByRole('button', { name: 'Remove from list' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove from list' }).click();
    await page.getByRole('heading', { name: 'New batch' }).waitFor();
    expect(studio.pageErrors).toEqual([]);
  });

  it('does pictures and recordings of one folder, each by its own task', async () => {
    const { page } = studio;
    mkdirSync(path.join(root, 'visit'));
    copyFileSync('assets/coins.png', path.join(root, 'visit', 'one.png'));
    copyFileSync('assets/jfk.wav', path.join(root, 'visit', 'one.wav'));
    const group = (name: string) => page.getByRole('group', { name, exact: true });
    const pick = async (where: string, field: string, option: string) => {
      await group(where).getByRole('combobox', { name: field }).click();
      await page.getByRole('option', { name: option }).click();
    };
    await page.getByRole('button', { name: 'Add a folder' }).click();
    await choose('slides');
    await group('Recordings').getByText('none found').waitFor();
    expect(await group('Recordings').getByRole('combobox').count()).toBe(0); // a folder of pictures asks for no more than it needs
    await page.getByRole('button', { name: 'Take slides out' }).click();

    await page.getByRole('button', { name: 'Add a folder' }).click();
    await choose('visit');
    await page.getByText('2 files found').waitFor();
    await pick('Recordings', 'Task', 'Do nothing');
    await page.getByText('1 file found').waitFor();
    await pick('Pictures', 'Task', 'Do nothing');
    await page.getByText('Choose what to do with pictures or with recordings').waitFor();
    expect(await page.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(true);
    await pick('Pictures', 'Task', 'Segmentation');
    await pick('Recordings', 'Task', 'Transcription');
    await page.getByText('2 files found').waitFor();
    for (const format of ['Label map', 'Overlay', 'COCO']) await group('Pictures').getByRole('checkbox', { name: format }).uncheck();
    for (const format of ['Subtitles (SRT)', 'Subtitles (VTT)', 'JSON']) await group('Recordings').getByRole('checkbox', { name: format }).uncheck();
    await page.getByRole('textbox', { name: 'Names of results' }).fill('visit/{name}');
    await page.getByText('visit/one.txt').waitFor();
    await page.getByRole('button', { name: 'Start with 2 files' }).click();
    await expect.poll(() => page.getByRole('status').filter({ hasText: /of 2/ }).innerText(), { timeout: 600_000 }).toMatch(/Finished\s+2 of 2/);
    expect(readdirSync(path.join(out(), 'visit')).sort()).toEqual(['one.instances.csv', 'one.txt']);
    expect(readFileSync(path.join(out(), 'visit', 'one.txt'), 'utf8')).toMatch(/country/i);

    await page.getByRole('row', { name: /Segmentation one\.png/ }).waitFor();
    await page.getByRole('radiogroup', { name: 'Tasks shown' }).getByText('Transcription').click();
    await page.getByRole('row', { name: /Transcription one\.wav/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2); // with the header

    await page.getByRole('row', { name: /Transcription one\.wav/ }).click();
    const details = page.getByRole('region', { name: 'Details of one.wav' });
    const [saved] = await Promise.all([page.waitForEvent('download'), details.getByRole('link', { name: 'Save one.txt' }).click()]);
    expect(saved.suggestedFilename()).toBe('one.txt');
    expect(readFileSync(await saved.path(), 'utf8')).toBe(readFileSync(path.join(out(), 'visit', 'one.txt'), 'utf8'));
    await details.getByRole('button', { name: 'Open file' }).click();
    await page.getByRole('heading', { name: 'Transcribe' }).waitFor();
    await page.getByRole('main').getByText('one.wav').first().waitFor();
    await page.getByRole('navigation').first().getByText('Batch', { exact: true }).click();
    await page.getByRole('button', { name: 'Remove from list' }).click();
    await page.getByRole('heading', { name: 'New batch' }).waitFor();
    expect(studio.pageErrors).toEqual([]);
  });
});
