/** The bundled model of facades on a real photograph, and on pictures of all sizes. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { segmentImage } from '../../main/inference/worker/pipeline/segment';
import { ModelLoader } from '../../main/inference/worker/sessions/model-loader';
import { nativeMissing } from '../support/graph-runner';
import { jobFor } from '../support/jobs';
import { temporaryFolders } from '../support/temporary-folder';

const folder = temporaryFolders();
const bundled = path.join(import.meta.dirname, '../../models/bundled/facades');
const photograph = path.join(import.meta.dirname, '../../assets/facade.jpg'); // 480 x 480
const loader = new ModelLoader(() => undefined);
const load = (device: 'native' | 'portable') =>
  loader.load({ id: 'facades', card: path.join(bundled, 'card.json'), weights: path.join(bundled, 'model.safetensors') }, { device, threads: 1 });

afterAll(async () => (await load('portable')).session.dispose());

/** Class of each pixel by its number in the card; 0 is the background. */
async function classesOf(input: string, device: 'native' | 'portable' = 'portable') {
  const { outputs } = await segmentImage({ model: () => load(device), progress: () => undefined, signal: new AbortController().signal }, jobFor(input));
  const { data, width, height } = decode(outputs[0]!.bytes as Uint8Array);
  return { data: data as Uint8Array, width, height };
}

function pictureFile(width: number, height: number, colour: (x: number, y: number) => readonly number[]): string {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at += 3) data.set(colour(x, y), at);
  const file = path.join(folder(), `${width}x${height}.png`);
  writeFileSync(file, encode({ width, height, channels: 3, depth: 8, data }));
  return file;
}

/** A wall with windows under the sky and above a street, the same again every `period` pixels. */
const street = (height: number, period: number) => (x: number, y: number) => {
  const [across, down] = [(x % period) / period, y / height];
  if (down < 0.2) return [130, 160, 210];
  if (down > 0.85) return [95, 95, 100];
  const isWindow = (across * 3) % 1 > 0.4 && (across * 3) % 1 < 0.8 && (down * 8) % 1 > 0.3 && (down * 8) % 1 < 0.8;
  return isWindow ? [50, 60, 80] : [190, 160, 120];
};

const share = (map: Uint8Array, wanted: (label: number, i: number) => boolean) => map.reduce((count, label, i) => count + (wanted(label, i) ? 1 : 0), 0) / map.length;

describe('the bundled facades model', () => {
  it('tells a facade with its windows and balconies from the sky', async () => {
    const { data } = await classesOf(photograph);
    const [background, facade, balcony, window] = [0, 2, 7, 8];
    expect(share(data, (label) => label === facade)).toBeGreaterThan(0.25);
    expect(share(data, (label) => label === window)).toBeGreaterThan(0.05);
    expect(share(data, (label) => label === balcony)).toBeGreaterThan(0.01);
    const corner = data.filter((_, i) => i % 480 > 360 && i < 480 * 120); // sky, upper right
    expect(share(corner, (label) => label === background)).toBeGreaterThan(0.95);
  });

  it.skipIf(nativeMissing)('answers the same natively', async () => {
    const [portable, native] = [await classesOf(photograph), await classesOf(photograph, 'native')];
    expect(share(native.data, (label, i) => label === portable.data[i])).toBeGreaterThan(0.9999); // classes that score alike
  });

  it('answers a mirrored photograph with the mirrored answer: it reads both anyway', async () => {
    const mirrored = path.join(folder(), 'mirrored.png');
    await sharp(photograph).flop().png().toFile(mirrored);
    const [straight, turned] = [await classesOf(photograph), await classesOf(mirrored)];
    expect(share(turned.data, (label, i) => label === straight.data[i - (i % 480) + 479 - (i % 480)])).toBeGreaterThan(0.999);
  });

  it.each([[64, 64], [65, 97], [8192, 64], [64, 8192], [1000, 3000]])('reads %i x %i pixels', async (width, height) => {
    const found = await classesOf(pictureFile(width, height, street(height, 64)));
    expect([found.width, found.height]).toEqual([width, height]);
    expect(Math.max(...new Set(found.data))).toBeLessThanOrEqual(10);
  });

  it('has no seams: what repeats in a wide picture is answered alike wherever it stands', async () => {
    const [period, width, height] = [256, 2048, 480];
    const { data } = await classesOf(pictureFile(width, height, street(height, period)));
    const columns = Array.from({ length: (width - 3 * period) / 32 }, (_, i) => period + 32 * i); // a period from either end
    for (const x of columns) {
      let same = 0;
      for (let y = 0; y < height; y++) for (let dx = 0; dx < 32; dx++) if (data[y * width + x + dx] === data[y * width + x + dx + period]) same++;
      expect(same / (32 * height), `columns ${x} to ${x + 31}`).toBeGreaterThan(0.9);
    }
  });
});
