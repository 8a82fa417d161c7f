/** The segmentation screen from a dropped picture to its exports, with the bundled model. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { decode } from 'fast-png';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { cocoJson } from '../../models/tasks/segment/coco';
import { cutoutPixels, overlayPixels, PLAIN_SHADES } from '../../models/tasks/segment/composition';
import { labelColor, type Color } from '../../models/tasks/segment/colors';
import { signedArea, type Ring } from '../../models/tasks/segment/contours';
import { decodeRegions, type Regions } from '../../models/tasks/segment/regions';
import { readEdit } from '../../renderer/features/segment/edit/saved-edit';
import { editedRegions } from '../../renderer/features/segment/edit/result';
import { dottedPicture, dropFile } from './support/pictures';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const CELL = readFileSync(new URL('../../assets/cell.png', import.meta.url));

describe.skipIf(!hasChromium)('segment (needs Chromium)', () => {
  let studio: RunningStudio;
  let page: Page;
  beforeAll(async () => {
    studio = await startStudio({ chromiumArgs: ['--disable-gpu-compositing'] }); // as without a graphics card
    page = studio.page;
    await page.locator('main[data-screen]').waitFor();
    const welcome = page.getByRole('dialog');
    await welcome.waitFor({ timeout: 30_000 }).then(() => page.keyboard.press('Escape'), () => undefined);
    await welcome.waitFor({ state: 'hidden' });
  });
  afterAll(() => studio.close());

  const thumbnail = (name: string) => page.getByRole('option', { name: new RegExp(name) });
  const waitForState = (name: string, state: string) => page.locator(`[role="option"][title="${name}"][data-state="${state}"]`).waitFor({ timeout: 600_000 });
  const instances = async () => Number(await page.getByTestId('instance-count').innerText());
  const tool = (name: string) => page.locator(`button[data-tool="${name}"]`).click();
  const canvas = () => page.locator('[role="application"]');
  const saved = () => page.locator('[data-testid="canvas-status"] [data-state="saved"]').waitFor();

  async function drag(from: [number, number], to: [number, number]): Promise<void> {
    const box = (await canvas().boundingBox())!;
    const place = ([x, y]: [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...place(from));
    await page.mouse.down();
    await page.mouse.move(...place(to), { steps: 8 });
    await page.mouse.up();
  }

  /** The newest finished job's own files, as the window gets them. */
  async function resultOf(name: string): Promise<{ regions: Regions; job: string }> {
    const job = (await studio.page.evaluate(async () => performance.getEntriesByType('resource').map((entry) => entry.name).filter((url) => url.endsWith('/regions')))).at(-1)!;
    expect(job, name).toBeTruthy();
    const bytes = await (await page.request.get(job)).body();
    return { regions: decodeRegions(new Uint8Array(bytes).buffer), job: /result\/([^/]+)\//.exec(job)![1]! };
  }

  async function download(format: string): Promise<{ name: string; bytes: Uint8Array }> {
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-format="${format}"]`).click()]);
    return { name: file.suggestedFilename(), bytes: new Uint8Array(readFileSync(await file.path())) };
  }

  it('a dropped picture is segmented and shown', async () => {
    await dropFile(page, 'cell.png', 'image/png', CELL);
    await waitForState('cell.png', 'done');
    await expect.poll(instances).toBeGreaterThan(0);
    const shown = await canvas().screenshot();
    await page.getByRole('button', { name: /^Hide/ }).click();
    await expect.poll(async () => Buffer.compare(shown, await canvas().screenshot())).not.toBe(0);
    await page.getByRole('button', { name: /^Show/ }).click();
    const { regions } = await resultOf('cell.png');
    expect(await instances()).toBe(regions.count);
  });

  it('painting adds an instance; undo, redo and reload keep their promise', async () => {
    const before = await instances();
    await tool('brush');
    await drag([0.3, 0.1], [0.36, 0.12]);
    await expect.poll(instances).toBe(before + 1);
    await page.keyboard.press('Control+z');
    await expect.poll(instances).toBe(before);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(instances).toBe(before + 1);
    await saved();
    await page.reload();
    await expect.poll(instances).toBe(before + 1);
    await tool('polygon');
    for (const at of [[0.5, 0.06], [0.65, 0.06], [0.65, 0.2]] as const) {
      const box = (await canvas().boundingBox())!;
      await page.mouse.click(box.x + at[0] * box.width, box.y + at[1] * box.height);
    }
    await page.keyboard.press('Enter');
    await expect.poll(instances).toBe(before + 2);
    await tool('split');
    await drag([0.6, 0.04], [0.6, 0.25]);
    await expect.poll(instances).toBe(before + 3);
    await saved();
  });

  it('exports hold the corrected result', async () => {
    const { regions: original, job } = await resultOf('cell.png');
    const edit = await (await page.request.get(`${new URL(page.url()).origin}/result/${job}/edit`)).body();
    const { map, classes } = readEdit(new Uint8Array(edit), original.width, original.height);
    const regions = editedRegions(map, classes);
    expect(regions.count).toBe(original.count + 3);
    const colors: (Color | null)[] = [null, ...[...map.regions.keys()].filter((label) => map.regions.get(label)!.area > 0).sort((a, b) => a - b).map(labelColor)];
    const { data } = await sharp(CELL).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const samples = { data: new Uint8Array(data), channels: 3 as const };

    const labels = await download('labels');
    expect(labels.name).toBe('cell.labels.png');
    expect(Buffer.compare(Buffer.from(Int32Array.from(decode(labels.bytes).data).buffer), Buffer.from(regions.labels.buffer))).toBe(0);

    const overlay = decode((await download('overlay')).bytes);
    const expected = overlayPixels(samples, PLAIN_SHADES, regions, colors);
    const rgb = Uint8Array.from({ length: expected.length }, (_, i) => overlay.data[Math.floor(i / 3) * overlay.channels + (i % 3)]!);
    expect(Buffer.compare(rgb, expected)).toBe(0);

    const cutout = decode((await download('cutout')).bytes);
    expect(cutout.channels).toBe(4);
    expect(Buffer.compare(Uint8Array.from(cutout.data), new Uint8Array(cutoutPixels(samples, PLAIN_SHADES, regions, colors).buffer))).toBe(0);

    const coco = new TextDecoder().decode((await download('coco')).bytes);
    const known = regions.regions.map(({ probability, ...region }) => (Number.isNaN(probability) ? region : { ...region, probability }));
    expect(coco).toBe(cocoJson('cell.png', regions, known, regions.classes.map(({ name }) => name)));

    const geo = JSON.parse(new TextDecoder().decode((await download('geojson')).bytes)) as { features: { geometry: { type: string; coordinates: Ring[] | Ring[][] } }[] };
    const areas = geo.features.map(({ geometry: { type, coordinates } }) => (type === 'Polygon' ? [coordinates as Ring[]] : (coordinates as Ring[][])).flat().reduce((sum, ring) => sum + signedArea(ring.slice(1)), 0));
    expect(areas).toEqual(regions.regions.map(({ area }) => area));

    const svg = new TextDecoder().decode((await download('svg')).bytes);
    expect(svg.match(/<path /g)).toHaveLength(regions.count);
    const csv = new TextDecoder().decode((await download('csv')).bytes).trim().split('\n');
    expect(csv).toHaveLength(regions.count + 1);
    expect(csv[1]!.split(',')[2]).toBe(String(regions.regions[0]!.area));

    const archive = unzipSync((await download('all')).bytes);
    expect(Object.keys(archive).sort()).toEqual(
      ['cell.coco.json', 'cell.cutout.png', 'cell.geojson', 'cell.instances.csv', 'cell.labels.png', 'cell.overlay.png', 'cell.polygons.coco.json', 'cell.svg'],
    );
    expect(Buffer.compare(archive['cell.labels.png']!, labels.bytes)).toBe(0);
  });

  it('takes the scale as it is typed, with either decimal sign', async () => {
    const scale = page.getByRole('textbox', { name: 'Micrometres per pixel' });
    const area = page.getByRole('listbox', { name: 'Instances' }).getByRole('option').first().locator('span').nth(1);
    const pixels = Number((await area.innerText()).replace(/[^\d]/g, ''));
    for (const typed of ['1.5', '0,25', '12.75']) {
      await scale.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.type(typed);
      await page.keyboard.press('Tab');
      const side = Number(typed.replace(',', '.'));
      await expect.poll(() => scale.inputValue()).toBe(`${side} µm/px`);
      await expect.poll(async () => Number((await area.innerText()).replace(/,| µm²/g, ''))).toBeCloseTo(pixels * side ** 2, 1);
    }
    await scale.fill('');
    await expect.poll(() => area.innerText()).toContain(' px');
  });

  it('resets to what the model said', async () => {
    const { regions } = await resultOf('cell.png');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Reset to model result' }).click();
    await expect.poll(instances).toBe(regions.count);
  });

  it('keeps running jobs over a reload, and cancels them long before their end', async () => {
    await dropFile(page, 'large.png', 'image/png', await dottedPicture(2600, 400));
    await waitForState('large.png', 'running');
    await page.reload();
    await waitForState('large.png', 'running');
    await page.getByTestId('job-status').waitFor();
    await page.getByTestId('job-status').getByRole('button').click();
    await waitForState('large.png', 'none');
    expect(studio.jobOf('large.png')).toMatchObject({ state: 'cancelled', stage: 'segment' }); // none of the stages that follow
  });

  it('classes, and the history of a picture that was left, can be undone', async () => {
    await thumbnail('cell.png').click();
    const names = page.getByLabel('Name of the class');
    await expect.poll(() => names.count()).toBe(1);
    await page.getByRole('button', { name: 'Add class' }).click();
    await names.nth(1).fill('debris');
    await canvas().focus();
    await page.keyboard.press('Control+z');
    expect(await names.nth(1).inputValue()).toBe('Class 2');
    await page.keyboard.press('Control+z');
    await expect.poll(() => names.count()).toBe(1);
    const before = await instances();
    await tool('brush');
    await drag([0.3, 0.1], [0.36, 0.12]);
    await expect.poll(instances).toBe(before + 1);
    await thumbnail('large.png').click();
    await page.getByTestId('instance-count').waitFor({ state: 'detached' });
    await thumbnail('cell.png').click();
    await expect.poll(() => page.getByTestId('instance-count').count()).toBe(1);
    expect(await instances()).toBe(before + 1);
    await page.keyboard.press('Control+z');
    await expect.poll(instances).toBe(before);
  });

  it('draws the same again after the graphics card was lost', async () => {
    await tool('select');
    await page.mouse.move(5, 5);
    await page.waitForTimeout(500);
    const before = await canvas().screenshot();
    await page.evaluate(() => {
      const extension = document.querySelector<HTMLCanvasElement>('[role="application"] canvas')!.getContext('webgl2')!.getExtension('WEBGL_lose_context')!;
      (window as unknown as { lost: typeof extension }).lost = extension; // a lost context gives none
      extension.loseContext();
    });
    await page.waitForTimeout(200);
    expect(Buffer.compare(before, await canvas().screenshot())).not.toBe(0);
    await page.evaluate(() => (window as unknown as { lost: WEBGL_lose_context }).lost.restoreContext());
    await expect.poll(async () => Buffer.compare(before, await canvas().screenshot())).toBe(0);
  });

  it('pictures are closed from the strip, and come back by undo', async () => {
    await thumbnail('cell.png').click();
    await thumbnail('large.png').click({ modifiers: ['Shift'] });
    await page.getByRole('listbox', { name: 'Open pictures' }).focus();
    await page.keyboard.press('Delete');
    await expect.poll(() => thumbnail('cell.png').count()).toBe(0);
    await page.locator('[aria-live="polite"]').getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => page.getByRole('option', { selected: true }).count()).toBeGreaterThan(0);
    expect([await thumbnail('cell.png').count(), await thumbnail('large.png').count()]).toEqual([1, 1]);
  });

  it('has thrown no error in the window so far', () => {
    expect(studio.pageErrors).toEqual([]);
  });

  it('a killed child fails one job with words, and a retry works', async () => {
    await thumbnail('cell.png').click();
    await dropFile(page, 'dots.png', 'image/png', await dottedPicture(2600, 300)); // seconds of work: the child is killed in the midst of it
    await waitForState('dots.png', 'running');
    for (const pid of studio.workerPids()) process.kill(pid, 'SIGKILL');
    await waitForState('dots.png', 'failed');
    const note = page.getByRole('alert').filter({ has: page.getByRole('button', { name: 'Try again' }) });
    await note.getByRole('button').click();
    await waitForState('dots.png', 'done');
    await expect.poll(instances).toBeGreaterThan(0);
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await expect.poll(() => page.locator('[role="option"] svg.lucide-image-off').count()).toBe(0); // thumbnails were asked for again
    expect(studio.pageErrors.filter((error) => !/status of 500/.test(error))).toEqual([]); // what the killed children were making
  });

  it('names an instance as the active one only while it is in sight', async () => {
    const list = page.getByRole('listbox', { name: 'Instances' });
    await list.focus();
    await page.keyboard.press('End');
    const last = list.locator('[role=option][aria-selected=true]');
    await last.waitFor();
    expect(await list.getAttribute('aria-activedescendant')).toBe(await last.getAttribute('id'));
    await list.evaluate((element) => (element.scrollTop = 0));
    await expect.poll(() => last.count()).toBe(0);
    expect(await list.getAttribute('aria-activedescendant')).toBeNull();
  });
});
