/** How fast an 8000 x 8000 result with thousands of instances pans and zooms, in software rendering. The result is laid on the desk, not computed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRegions, type Region } from '../../models/tasks/segment/regions';
import { discsOf, dottedPicture } from './support/pictures';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const SIDE = 8000;
const DISCS = 5000;
const LEAST = 20; // frames a second

/** The desk's folder of a finished job. */
function layOut(dataDir: string, input: string, bytes: number): void {
  const labels = new Int32Array(SIDE * SIDE);
  const regions = discsOf(SIDE, DISCS).map(({ x, y, radius }, i): Region => {
    let area = 0;
    for (let row = y - radius; row <= y + radius; row++) {
      const half = Math.floor(Math.sqrt(radius ** 2 - (row - y) ** 2));
      labels.fill(i + 1, row * SIDE + x - half, row * SIDE + x + half + 1);
      area += 2 * half + 1;
    }
    return { label: i + 1, class: 0, probability: 0.9, area, centroid: { x, y }, box: { x: x - radius, y: y - radius, width: 2 * radius + 1, height: 2 * radius + 1 }, meanIntensity: 190 };
  });
  const id = 'large';
  const folder = path.join(dataDir, 'desk', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'result.regions.bin'), encodeRegions({ width: SIDE, height: SIDE, count: DISCS, labels, classes: [{ name: 'nucleus', color: '#e69f00' }], regions }));
  const job = {
    ...{ id, task: 'segment', file: { id: 'large-file', name: 'large.png', kind: 'image', bytes, path: input }, model: 'nuclei', state: 'done', stage: 'encode', fraction: 1, created: 1 },
    ...{ summary: { task: 'segment', width: SIDE, height: SIDE, instances: DISCS }, device: 'native', seconds: 1, error: null, edited: false },
  };
  writeFileSync(path.join(folder, 'job.json'), JSON.stringify({ job, input, denoise: null }));
  writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ welcomed: true }));
}

describe.skipIf(!hasChromium)('speed of the canvas (needs Chromium)', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-speed-'));
  let studio: RunningStudio;
  beforeAll(async () => {
    const input = path.join(dataDir, 'large.png');
    const picture = await dottedPicture(SIDE, DISCS);
    writeFileSync(input, picture);
    layOut(dataDir, input, picture.length);
    studio = await startStudio({ dataDir, folders: [dataDir] });
  });
  afterAll(async () => {
    await studio.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`pans and zooms ${SIDE} x ${SIDE} pixels at more than ${LEAST} frames a second`, async () => {
    const { page } = studio;
    await expect.poll(() => page.getByTestId('instance-count').innerText(), { timeout: 90_000 }).toContain('5,000');
    await page.waitForTimeout(3000); // tiles
    const frames = await page.evaluate(async () => {
      const canvas = document.querySelector('[role="application"]')!;
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const fire = (type: string, more: PointerEventInit) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, clientX: x, clientY: y, button: 0, ...more }));
      const measure = async (act: (step: number) => void) => {
        const begun = performance.now();
        let count = 0;
        while (performance.now() - begun < 3000) {
          act(count++);
          await new Promise(requestAnimationFrame);
        }
        return (1000 * count) / (performance.now() - begun);
      };
      canvas.setPointerCapture = () => undefined; // made-up pointers cannot be captured
      const zoom = await measure((step) => canvas.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX: x, clientY: y, deltaY: Math.floor(step / 30) % 2 ? 60 : -60 })));
      fire('pointerdown', {});
      const pan = await measure((step) => fire('pointermove', { clientX: x + 200 * Math.sin(step / 10), clientY: y + 150 * Math.cos(step / 13) }));
      fire('pointerup', {});
      return { zoom, pan };
    });
    process.stderr.write(`8000 x 8000, ${DISCS} instances, software rendering: zoom ${frames.zoom.toFixed(1)}, pan ${frames.pan.toFixed(1)} frames a second\n`);
    expect(Math.min(frames.zoom, frames.pan)).toBeGreaterThan(LEAST);
  });
});
