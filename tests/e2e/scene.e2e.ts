/** A scene with many classes on the Segment screen: those in the picture are listed, the others when asked for. The result is laid on the desk, not computed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Grants } from '../../main/fs/grants';
import { OpenedFiles } from '../../main/desk/opened-files';
import { sceneLooks } from '../../models/checkpoints/ade20k';
import { encodeRegions } from '../../models/tasks/segment/regions';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const [WIDTH, HEIGHT] = [120, 90];
const CLASSES = sceneLooks(150);
const named = (name: string) => CLASSES.findIndex((look) => look.name === name);
const BANDS = ['sky', 'tree', 'road']; // a third of the picture each, from top to bottom

function result(): Uint8Array {
  const rows = HEIGHT / BANDS.length;
  const labels = Int32Array.from({ length: WIDTH * HEIGHT }, (_, i) => 1 + Math.floor(i / (WIDTH * rows)));
  const regions = BANDS.map((name, i) => ({
    label: i + 1,
    ...{ class: named(name), probability: 0.8, area: WIDTH * rows, meanIntensity: 100 },
    ...{ centroid: { x: (WIDTH - 1) / 2, y: (i + 0.5) * rows - 0.5 }, box: { x: 0, y: i * rows, width: WIDTH, height: rows } },
  }));
  return encodeRegions({ width: WIDTH, height: HEIGHT, count: BANDS.length, labels, classes: CLASSES, regions });
}

async function layOut(dataDir: string): Promise<void> {
  const input = path.join(dataDir, 'street.png');
  writeFileSync(input, await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#889' } }).png().toBuffer());
  const file = await new OpenedFiles({ dataDir, grants: Grants.all() }).adopt(input, path.basename(input), 'image');
  const folder = path.join(dataDir, 'desk', 'street');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.regions.bin'), result());
  const job = {
    ...{ id: 'street', task: 'segment', file, model: 'nuclei', state: 'done', stage: 'encode', fraction: 1, created: 1 },
    ...{ summary: { task: 'segment', width: WIDTH, height: HEIGHT, instances: BANDS.length }, device: 'native', seconds: 1, error: null, edited: false },
  };
  writeFileSync(path.join(folder, 'job.json'), JSON.stringify({ job, input, denoise: null }));
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ welcomed: true }));
}

describe.skipIf(!hasChromium)('a scene of 150 classes (needs Chromium)', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-scene-'));
  let studio: RunningStudio;
  beforeAll(async () => {
    await layOut(dataDir);
    studio = await startStudio({ dataDir, folders: [dataDir] });
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('lists the classes in the picture, and an instance for each by its name', async () => {
    const { page } = studio;
    const names = page.getByLabel('Name of the class');
    await expect.poll(() => page.getByTestId('instance-count').innerText()).toBe('3');
    // "wall", the class that would be drawn, is listed besides
    await expect.poll(() => names.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value).sort())).toEqual(['road', 'sky', 'tree', 'wall']);
    expect(await page.getByRole('listbox', { name: 'Instances' }).getByRole('option').allInnerTexts()).toEqual(BANDS.map((name, i) => expect.stringMatching(new RegExp(`^#${i + 1} ${name}\\s`))));
    await page.getByRole('button', { name: 'All 150 classes' }).click();
    await expect.poll(() => names.count()).toBe(150);
    await page.getByRole('button', { name: 'Only those in the picture' }).click();
    await expect.poll(() => names.count()).toBe(4);
    await page.getByRole('button', { name: 'Hide sky' }).click();
    await page.getByRole('button', { name: 'Show sky' }).waitFor();
    expect(studio.pageErrors).toEqual([]);
  });
});
