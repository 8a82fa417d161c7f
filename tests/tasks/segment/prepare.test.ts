import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../../models/checkpoints/safetensors';
import { withoutBackground } from '../../../models/tasks/segment/semantic/background';
import { preparedScene, sceneSize } from '../../../models/tasks/segment/semantic/prepare';
import { maxDifference } from '../../support/graph-runner';
import { seededTensor } from '../../support/seeded';

const golden = readSafetensors(readFileSync(path.join(import.meta.dirname, '../../golden/resample.safetensors')));
const picture = { width: 53, height: 37, channels: 3 as const, bitDepth: 8 as const, data: Uint8Array.from(seededTensor('picture', [37, 53, 3], [0, 256]), Math.floor) };
const square = { kind: 'square' as const, side: 16 };
const own = { kind: 'own' as const, window: { side: 32, stride: 16 } };

it('square: as Pillow stretches it, its range made 0 to 255', () => {
  const size = sceneSize(picture, square);
  expect(size).toEqual({ height: 16, width: 16 });
  const pixels = golden.get('square')!.toFloat32(); // [16, 16, 3]
  const [low, high] = [Math.min(...pixels), Math.max(...pixels)];
  const expected = Float32Array.from({ length: 768 }, (_, i) => ((pixels[(i % 256) * 3 + Math.floor(i / 256)]! - low) / (high - low)) * 255);
  expect(maxDifference(preparedScene(picture, size, square, 3), expected)).toBeLessThan(1e-4);
});

it('square: a picture of one value has no range', () => {
  const even = { ...picture, data: new Uint8Array(picture.data.length).fill(9) };
  expect(new Set(preparedScene(even, sceneSize(even, square), square, 3))).toEqual(new Set([0]));
});

it('own: as it is, each colour of mean 0 and deviation 1, in grey where the network takes one colour', () => {
  const size = sceneSize(picture, own);
  expect(size).toEqual({ height: 37, width: 53 });
  const input = preparedScene(picture, size, own, 3);
  const plane = 37 * 53;
  for (const c of [0, 1, 2]) {
    const samples = Float64Array.from({ length: plane }, (_, i) => picture.data[3 * i + c]!);
    const mean = samples.reduce((a, b) => a + b) / plane;
    const deviation = Math.sqrt(samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / plane);
    expect(maxDifference(input.subarray(c * plane, (c + 1) * plane), samples.map((x) => (x - mean) / deviation))).toBeLessThan(1e-4);
  }
  expect(preparedScene(picture, size, own, 1)).toHaveLength(plane);
});

it('fitted: the sides are multiples where the card says so, however small or long the picture', () => {
  const fit = { long: 2048, short: 480, multipleOf: 32, mean: [0, 0, 0] as [number, number, number], std: [1, 1, 1] as [number, number, number] };
  const sizes = [[480, 480], [3000, 4000], [64, 64], [8192, 8192], [64, 8192]].map(([height, width]) => sceneSize({ height: height!, width: width! }, fit));
  expect(sizes.map(({ height, width }) => [height, width])).toEqual([[480, 480], [480, 640], [480, 480], [480, 480], [32, 2048]]);
});

it('fitted and smooth: as Pillow makes it smaller, then less the mean and over the deviation', () => {
  const scene = { long: 16, short: 16, multipleOf: 16, smooth: true, mean: [100, 110, 120] as [number, number, number], std: [50, 55, 60] as [number, number, number] };
  const size = sceneSize(picture, scene);
  expect(size).toEqual({ height: 16, width: 16 });
  const pixels = golden.get('square')!.toFloat32(); // [16, 16, 3]
  const expected = Float32Array.from({ length: 768 }, (_, i) => (pixels[(i % 256) * 3 + Math.floor(i / 256)]! - scene.mean[Math.floor(i / 256)]!) / scene.std[Math.floor(i / 256)]!);
  expect(maxDifference(preparedScene(picture, size, scene, 3), expected)).toBeLessThan(1e-5);
});

it('own: made larger where it is smaller than a window', () => {
  expect(sceneSize({ width: 30, height: 16 }, own)).toEqual({ width: 60, height: 32 });
});

it('the background is no class', () => {
  const map = { width: 3, height: 1, labels: Int32Array.of(1, 3, 2), count: 3, probabilities: Float64Array.of(0.9, 0.8, 0.7) };
  expect(withoutBackground(map)).toEqual({ width: 3, height: 1, labels: Int32Array.of(0, 2, 1), count: 2, probabilities: Float64Array.of(0.8, 0.7) });
});
