/**
 * What it takes to pan, zoom and paint an 8000 x 8000 result with thousands of instances: what is drawn, uploaded and changed in the page a frame. The result is laid on the
 * desk, not computed. `MAMBA_MEASURE=1` prints frames a second, and milliseconds of the processor a frame, in software rendering.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Grants } from '../../main/fs/grants';
import { OpenedFiles } from '../../main/desk/opened-files';
import { encodeRegions, type Region } from '../../models/tasks/segment/regions';
import { discsOf, type Disc } from './support/pictures';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';
import { costOf } from './support/trace';

const SIDE = 8000;
const BLOCK = 1000; // the picture is made of equal blocks
const DISCS = 80; // in each
const STEPS = 90; // frames
const TEXELS = 520 ** 2; // of a tile, about

/** Pixels of a disc, row by row. */
function eachRow({ x, y, radius }: Disc, visit: (row: number, from: number, to: number) => void): void {
  for (let row = y - radius; row <= y + radius; row++) {
    const half = Math.floor(Math.sqrt(radius ** 2 - (row - y) ** 2));
    visit(row, x - half, x + half + 1);
  }
}

async function picture(): Promise<Buffer> {
  const band = Buffer.alloc(SIDE * BLOCK);
  for (let i = 0; i < BLOCK * BLOCK; i++) band[Math.floor(i / BLOCK) * SIDE + (i % BLOCK)] = 20 + (Math.imul(i, 0x9e3779b1) >>> 27);
  for (const disc of discsOf(BLOCK, DISCS)) eachRow(disc, (row, from, to) => band.fill(190, row * SIDE + from, row * SIDE + to));
  for (let row = 0; row < BLOCK; row++) {
    for (let x = BLOCK; x < SIDE; x += BLOCK) band.copyWithin(row * SIDE + x, row * SIDE, row * SIDE + BLOCK);
  }
  const whole = Buffer.concat(new Array<Buffer>(SIDE / BLOCK).fill(band));
  return sharp(whole, { raw: { width: SIDE, height: SIDE, channels: 1 } }).jpeg({ quality: 80 }).toBuffer();
}

function result(): Uint8Array {
  const labels = new Int32Array(SIDE * SIDE);
  const regions: Region[] = [];
  const block = discsOf(BLOCK, DISCS);
  for (let top = 0; top < SIDE; top += BLOCK) {
    for (let left = 0; left < SIDE; left += BLOCK) {
      for (const { x, y, radius } of block) {
        const label = regions.length + 1;
        let area = 0;
        eachRow({ x: left + x, y: top + y, radius }, (row, from, to) => {
          labels.fill(label, row * SIDE + from, row * SIDE + to);
          area += to - from;
        });
        const box = { x: left + x - radius, y: top + y - radius, width: 2 * radius + 1, height: 2 * radius + 1 };
        regions.push({ label, class: 0, probability: 0.9, area, centroid: { x: left + x, y: top + y }, box, meanIntensity: 190 });
      }
    }
  }
  return encodeRegions({ width: SIDE, height: SIDE, count: regions.length, labels, classes: [{ name: 'nucleus', color: '#e69f00' }], regions });
}

/** The desk's folder of a finished job. */
async function layOut(dataDir: string): Promise<void> {
  const input = path.join(dataDir, 'large.jpg');
  writeFileSync(input, await picture());
  const file = await new OpenedFiles({ dataDir, grants: Grants.all() }).adopt(input, path.basename(input), 'image');
  const id = 'large';
  const folder = path.join(dataDir, 'desk', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.regions.bin'), result());
  const job = {
    ...{ id, task: 'segment', file, model: 'nuclei', state: 'done', stage: 'encode', fraction: 1, created: 1 },
    ...{ summary: { task: 'segment', width: SIDE, height: SIDE, instances: 64 * DISCS }, device: 'native', seconds: 1, error: null, edited: false },
  };
  writeFileSync(path.join(folder, 'job.json'), JSON.stringify({ job, input, denoise: null }));
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ welcomed: true }));
}

describe.skipIf(!hasChromium)('speed of the canvas (needs Chromium)', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-speed-'));
  let studio: RunningStudio;
  beforeAll(async () => {
    await layOut(dataDir);
    // as without a graphics card: the page is put together without GL, WebGL alone goes through SwiftShader
    studio = await startStudio({ dataDir, folders: [dataDir], chromiumArgs: ['--disable-gpu-compositing'] });
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`pans and zooms ${SIDE} x ${SIDE} pixels, and a frame takes no more than what has changed`, async () => {
    const { page } = studio;
    const instances = (64 * DISCS).toLocaleString('en-GB');
    await expect.poll(() => page.getByTestId('instance-count').innerText(), { timeout: 600_000 }).toBe(instances);
    await expect.poll(() => page.locator('[role="status"]', { hasText: 'Loading' }).count(), { timeout: 600_000 }).toBe(0);

    for (const kind of ['zoom', 'pan', 'paint'] as const) {
      if (kind === 'paint') await page.locator('button[data-tool="brush"]').click();
      await page.waitForTimeout(1500); // tiles
      const { draws, texels, changes, elements } = await page.evaluate(move, { kind, steps: STEPS });
      console.info(`${kind}: ${(draws / STEPS).toFixed(1)} tiles drawn a frame, ${(texels / STEPS).toFixed(0)} texels uploaded, ${(changes / STEPS).toFixed(1)} changes of ${elements} elements`);
      expect(draws).toBeGreaterThan(0);
      expect(draws / STEPS).toBeLessThan(40);
      if (kind === 'paint') expect(texels / STEPS).toBeLessThan(50_000); // what the brush covered, not the tiles that it touched
      else expect(texels).toBeLessThan(100 * TEXELS); // a tile of picture or labels once, not in every frame
      expect(changes / STEPS).toBeLessThan(30);
      expect(elements).toBeLessThan(2000); // not one for each instance
      if (!process.env.MAMBA_MEASURE) continue;
      const cost = await costOf(page, () => page.evaluate(move, { kind, steps: 2 * STEPS }));
      const fps = (cost.frames / cost.seconds).toFixed(1);
      const threads = Object.entries(cost.threads).map(([name, ms]) => `${name} ${(ms / cost.frames).toFixed(1)}`);
      const processes = Object.entries(cost.processes).map(([name, ms]) => `${name} ${(ms / cost.frames).toFixed(1)}`);
      process.stderr.write(`${SIDE} x ${SIDE}, ${instances} instances, ${kind}: ${fps} frames a second; ms of CPU a frame: ${threads.join(', ')}; whole processes: ${processes.join(', ')}\n`);
    }
  });
});

interface Work {
  draws: number; // tiles
  texels: number; // uploaded
  changes: number; // of the page
  elements: number;
}

/** In the window: one input a frame; gives what was done for all of them. */
async function move({ kind, steps }: { kind: 'zoom' | 'pan' | 'paint'; steps: number }): Promise<Work> {
  const work: Work = { draws: 0, texels: 0, changes: 0, elements: document.querySelectorAll('*').length };
  const gl = WebGL2RenderingContext.prototype;
  const { drawArrays, texSubImage2D } = gl;
  gl.drawArrays = function (...call) {
    work.draws++;
    drawArrays.apply(this, call);
  };
  gl.texSubImage2D = function (...call: unknown[]) {
    const [width, height] = call.length === 7 ? [(call[6] as ImageBitmap).width, (call[6] as ImageBitmap).height] : [Number(call[4]), Number(call[5])];
    work.texels += width * height;
    (texSubImage2D as (...call: unknown[]) => void).apply(this, call);
  };
  const observer = new MutationObserver((records) => void (work.changes += records.length));
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });

  const canvas = document.querySelector('[role="application"]')!;
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const fire = (type: string, more: PointerEventInit = {}) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, clientX: x, clientY: y, button: 0, ...more }));
  canvas.setPointerCapture = () => undefined; // made-up pointers cannot be captured
  if (kind !== 'zoom') fire('pointerdown');
  for (let step = 0; step < steps; step++) {
    if (kind === 'zoom') canvas.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX: x, clientY: y, deltaY: Math.floor(step / 30) % 2 ? 60 : -60 }));
    else fire('pointermove', { clientX: x + 200 * Math.sin(step / 10), clientY: y + 150 * Math.cos(step / 13) });
    await new Promise(requestAnimationFrame);
  }
  if (kind !== 'zoom') fire('pointerup');
  observer.disconnect();
  Object.assign(gl, { drawArrays, texSubImage2D });
  return work;
}
