import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../models/checkpoints/safetensors';
import { instancesFromMaps } from '../../../models/tasks/segment/instances';

const PARAMETERS = { foreground: 0.5, seed: 0.5, boundary: 0.5, minArea: 1 };

/** Maps from pictures: '#' foreground, '*' seed, '.' outside; the distance may be given digit by digit, in tenths. */
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
    const found = instancesFromMaps(maps.toFloat32(), height, width, { foreground: 0.45, seed: 0.4, boundary: 0.55, minArea: 6 });
    const expected = Int32Array.from(golden.get('labels')!.toFloat32());
    expect(Math.max(...expected)).toBeGreaterThan(10);
    expect(found.labels).toEqual(expected);
    expect(found.count).toBe(Math.max(...expected));
  });

  it('meets in the valley between two seeds', () => {
    expect(find(['*######*'], ['06543280'])).toEqual(['11111222']);
  });

  it('joins seeds that touch at a corner, and spreads over edges only', () => {
    expect(find(['*..', '.*#', '...'])).toEqual(['1..', '.11', '...']);
    expect(find(['*.', '.#'])).toEqual(['1.', '..']);
  });

  it('drops foreground without a seed, and instances below the area', () => {
    expect(find(['##.*#', '##...', '..*##'], undefined, { ...PARAMETERS, minArea: 3 })).toEqual(['.....', '.....', '..111']);
  });

  it('lets a boundary split what would be one seed', () => {
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

  it('does a megapixel that is one region with many seeds in seconds', () => {
    const side = 1024;
    const maps = new Float32Array(3 * side * side).fill(3);
    for (let y = 0, i = side * side; y < side; y++) for (let x = 0; x < side; x++, i++) maps[i] = (Math.sin(x / 9) * Math.sin(y / 9)) ** 2;
    maps.fill(-3, 2 * side * side);
    const begun = process.cpuUsage();
    expect(instancesFromMaps(maps, side, side, { ...PARAMETERS, seed: 0.9 }).count).toBeGreaterThan(1200);
    expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(10); // of processor time; about 0.7, and hours for anything quadratic in the pixels
  });
});
