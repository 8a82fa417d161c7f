import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../main/inference/worker/pipeline/context';
import { segmentImage } from '../../main/inference/worker/pipeline/segment';
import { ModelLoader } from '../../main/inference/worker/sessions/model-loader';
import { averagePrecision, matchInstances } from '../../models/metrics/average-precision';
import { nativeMissing } from '../support/graph-runner';
import { jobFor } from '../support/jobs';
import { Random } from '../support/random';
import { temporaryFolders } from '../support/temporary-folder';

const folder = temporaryFolders();
const bundled = path.join(import.meta.dirname, '../../models/bundled/nuclei');
const loader = new ModelLoader(() => undefined);
const load = (device: 'native' | 'portable') =>
  loader.load({ id: 'nuclei', card: path.join(bundled, 'card.json'), weights: path.join(bundled, 'model.safetensors') }, { device, threads: 1 });

afterAll(async () => (await load('portable')).session.dispose());

/** Bright soft-edged ellipses, none touching, on a dark noisy ground; and their numbers. */
function culture(width: number, height: number) {
  const random = new Random(5);
  const between = (low: number, high: number) => low + (high - low) * random.next();
  const truth = new Int32Array(width * height);
  const light = random.array(width * height, 8, 22);
  let label = 0;
  for (let cy = 22; cy < height - 20; cy += 44) {
    for (let cx = 22; cx < width - 20; cx += 44) {
      const [x0, y0, rx, ry, shine] = [cx + between(-5, 5), cy + between(-5, 5), between(7, 14), between(7, 14), between(90, 200)];
      label++;
      for (let y = cy - 22; y < cy + 22; y++) {
        for (let x = cx - 22; x < cx + 22; x++) {
          const radius = Math.hypot((x - x0) / rx, (y - y0) / ry);
          light[y * width + x]! += shine / (1 + Math.exp(12 * (radius - 1)));
          if (radius < 1) truth[y * width + x] = label;
        }
      }
    }
  }
  return { truth, png: encode({ width, height, channels: 1, depth: 8, data: Uint8Array.from(light) }) };
}

async function labelsOf(model: LoadedModel, png: Uint8Array) {
  const file = path.join(folder(), 'culture.png');
  writeFileSync(file, png);
  const { outputs } = await segmentImage({ model: async () => model, progress: () => undefined, signal: new AbortController().signal }, jobFor(file));
  return decode(outputs[0]!.bytes as Uint8Array).data;
}

const precision = (found: ArrayLike<number>, truth: ArrayLike<number>) => averagePrecision(matchInstances(found, truth, [0.5])[0]!);

describe('the bundled nuclei model', () => {
  const { truth, png } = culture(530, 400);

  it('finds generated nuclei', async () => {
    expect(precision(await labelsOf(await load('portable'), png), truth)).toBeGreaterThan(0.9);
  });

  it('finds the same in tiles', async () => {
    const model = await load('portable');
    const whole = await labelsOf(model, png);
    const tiled = await labelsOf({ ...model, card: { ...model.card, image: { ...model.card.image!, tile: 256, overlap: 64 } } }, png);
    expect(precision(tiled, whole)).toBeGreaterThan(0.95); // its scans see the whole of a tile, so a few pixels differ
  });

  it.skipIf(nativeMissing)('finds the same natively', async () => {
    expect(precision(await labelsOf(await load('native'), png), await labelsOf(await load('portable'), png))).toBe(1);
  });
});
