import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../models/checkpoints/safetensors';
import { InstanceBuilder, instancesFromMaps } from '../../../models/tasks/segment/instances';
import { timesAsLong } from '../../support/speed';
import { usedWorkspace } from '../../support/used-workspace';

const PARAMETERS = { foreground: 0.5, seed: 0.5, depth: 0.25, rim: 0.5, minArea: 1, sure: 0.5 };

/** Maps from pictures: '#' foreground, '*' a peak, '.' outside; the distance may be given digit by digit, in tenths. */
function draw(rows: string[], distances?: string[]) {
  const height = rows.length;
  const width = rows[0]!.length;
  const cells = [...rows.join('')];
  const tenths = distances && [...distances.join('')];
  const maps = Float32Array.from([
    ...cells.map((cell) => (cell === '.' ? -4 : 4)),
    ...cells.map((cell, i) => (cell === '*' ? 1 : tenths ? Number(tenths[i]) / 10 : 0.2)),
    ...cells.map(() => -4),
  ]);
  return { maps, height, width };
}

function find(rows: string[], distances?: string[], parameters = PARAMETERS): string[] {
  const { maps, height, width } = draw(rows, distances);
  const { labels } = instancesFromMaps(maps, height, width, parameters);
  return Array.from({ length: height }, (_, y) => [...labels.subarray(y * width, (y + 1) * width)].map((label) => (label ? String(label) : '.')).join(''));
}

describe('instancesFromMaps', () => {
  it('numbers what the recipe numbers (tests/golden/watershed.py)', () => {
    const golden = readSafetensors(readFileSync(path.join(import.meta.dirname, '../../golden/watershed.safetensors')));
    const maps = golden.get('maps')!;
    const [, height, width] = maps.shape as [number, number, number];
    const found = instancesFromMaps(maps.toFloat32(), height, width, { foreground: 0.45, seed: 0.4, depth: 0.1, rim: 0.2, minArea: 6, sure: 0.6 });
    const expected = Int32Array.from(golden.get('labels')!.toFloat32());
    expect(Math.max(...expected)).toBeGreaterThan(10);
    expect(found.labels).toEqual(expected);
    expect(found.count).toBe(Math.max(...expected));
  });

  it('meets in the valley between two seeds', () => {
    expect(find(['*######*'], ['06543280'])).toEqual(['11111222']);
  });

  it('joins a hill that rises little above the pass, or not above the seed, with the higher one', () => {
    expect(find(['########'], ['99778899'])).toEqual(['11111111']);
    expect(find(['########'], ['99668899'])).toEqual(['11122222']);
    expect(find(['########'], ['99114411'])).toEqual(['11111111']);
  });

  it('parts what touches at corners only', () => {
    expect(find(['*..', '.*#', '...'])).toEqual(['1..', '.22', '...']);
    expect(find(['*.', '.#'])).toEqual(['1.', '..']);
  });

  it('drops foreground without a peak, and instances below the area', () => {
    expect(find(['##.*#', '##...', '..*##'], undefined, { ...PARAMETERS, minArea: 3 })).toEqual(['.....', '.....', '..111']);
  });

  it('drops what it is not sure of, on average over its pixels', () => {
    const { maps, height, width } = draw(['*#.*#']);
    maps.set([0.1, 3, -4, 0.1, 0.2]);
    expect([...instancesFromMaps(maps, height, width, { ...PARAMETERS, sure: 0.6 }).labels]).toEqual([1, 1, 0, 0, 0]);
  });

  it('gives each instance that stays the mean probability of its pixels, whatever pieces the maps came in', () => {
    const { maps, height, width } = draw(['#*.#', '...*', '*#.#']);
    maps.set([1, 2, -4, 0.1], 0); // foreground of the first row
    const builder = new InstanceBuilder(height, width, { ...PARAMETERS, minArea: 2 }, usedWorkspace(1000));
    for (let y = 0; y < height; y++) builder.addRows(y, 1, Float32Array.from([0, 1, 2].flatMap((map) => [...maps.subarray((map * height + y) * width, (map * height + y + 1) * width)])), width);
    const found = builder.finish();
    expect(found).toEqual(instancesFromMaps(maps, height, width, { ...PARAMETERS, minArea: 2 }));
    const chance = (pixel: number) => Math.round(255 / (1 + Math.exp(-maps[pixel]!))) / 255;
    expect(builder.meanProbabilities(found)).toEqual(Array.from({ length: found.count }, (_, i) => {
      const pixels = Array.from(found.labels.keys()).filter((pixel) => found.labels[pixel] === i + 1);
      return expect.closeTo(pixels.reduce((sum, pixel) => sum + chance(pixel), 0) / pixels.length, 12) as number;
    }));
    expect(found.count).toBe(3);
  });

  it('lets a boundary cut what would be one hill', () => {
    const { maps, height, width } = draw(['*****']);
    maps[2 * 5 + 2] = 4;
    expect([...instancesFromMaps(maps, height, width, PARAMETERS).labels]).toEqual([1, 1, 1, 2, 2]);
  });

  it('finds nothing in nothing', () => {
    expect(instancesFromMaps(new Float32Array([-1, 0, 0]), 1, 1, PARAMETERS)).toMatchObject({ count: 0, labels: Int32Array.of(0) });
  });

  it('refuses maps that are not numbers', () => {
    expect(() => instancesFromMaps(new Float32Array([Number.NaN, 0, 0]), 1, 1, PARAMETERS)).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS' }));
    expect(() => instancesFromMaps(new Float32Array([0, Infinity, 0]), 1, 1, PARAMETERS)).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS' }));
  });

  it('takes as much longer as there are more pixels in one region with many seeds', () => {
    const one = (side: number) => {
      const maps = new Float32Array(3 * side * side).fill(3);
      for (let y = 0, i = side * side; y < side; y++) for (let x = 0; x < side; x++, i++) maps[i] = (Math.sin(x / 9) * Math.sin(y / 9)) ** 2;
      maps.fill(-3, 2 * side * side);
      return () => instancesFromMaps(maps, side, side, { ...PARAMETERS, seed: 0.9 });
    };
    const [large, small] = [one(512), one(128)];
    expect(large().count).toBeGreaterThan(300);
    expect(timesAsLong(large, small)).toBeLessThan(120); // of 16 times the pixels, 30 with what caches make of it; 256 and more for anything quadratic in them
  });
});
