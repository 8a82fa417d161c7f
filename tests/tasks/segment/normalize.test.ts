import { describe, expect, it } from 'vitest';
import { intensityRange, normalizationTable, percentile } from '../../../models/tasks/segment/normalize';
import type { Raster } from '../../../models/tasks/segment/raster';

const histogramOf = (values: number[], size: number) => {
  const histogram = new Float64Array(size);
  for (const value of values) histogram[value]!++;
  return histogram;
};

/** numpy.percentile's default, by its definition on the sorted values. */
function linearPercentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)]!;
  return below + ((sorted[Math.floor(rank) + 1] ?? below) - below) * (rank % 1);
}

describe('percentile', () => {
  it('lies linearly between order statistics', () => {
    const values = Array.from({ length: 997 }, (_, i) => (i * i * 31) % 256);
    for (const percent of [0, 0.1, 1, 12.5, 50, 99, 99.8, 100]) {
      expect(percentile(histogramOf(values, 256), percent)).toBeCloseTo(linearPercentile(values, percent), 9);
    }
  });

  it('equals numpy.percentile([3, 1, 250, 7, 7], [1, 99.8])', () => {
    expect(percentile(histogramOf([3, 1, 250, 7, 7], 256), 1)).toBeCloseTo(1.08, 12);
    expect(percentile(histogramOf([3, 1, 250, 7, 7], 256), 99.8)).toBeCloseTo(248.056, 9);
  });

  it('is the value itself for one sample', () => {
    expect(percentile(histogramOf([42], 256), 1)).toBe(42);
    expect(percentile(histogramOf([255], 256), 99.8)).toBe(255);
  });
});

describe('normalizationTable', () => {
  const how = { low: 1, high: 99.8, mean: 0.5, std: 0.25 };
  const grey: Raster = { width: 5, height: 2, channels: 1, bitDepth: 8, data: Uint8Array.from([9, 3, 200, 14, 77, 3, 5, 90, 90, 250]) };

  it('gives a grey picture what its colour copy gets', () => {
    const colour: Raster = { ...grey, channels: 3, data: Uint8Array.from(Array.from(grey.data).flatMap((value) => [value, value, value])) };
    expect(intensityRange(grey, 1, 99.8)).toEqual(intensityRange(colour, 1, 99.8));
  });

  it('maps the low percentile to (0 - mean) / std, the high one to (1 - mean) / std, and clips', () => {
    const table = normalizationTable(grey, how);
    expect(table).toHaveLength(256);
    expect(table[0]).toBe(-2);
    expect(table[3]).toBeCloseTo(-2, 5);
    expect(table[255]).toBeCloseTo(2, 5);
    expect(table[100]).toBeCloseTo(((100 - 3) / (intensityRange(grey, 1, 99.8).high - 3) - 0.5) / 0.25, 5);
  });

  it('is the same for 16-bit samples on another scale', () => {
    const wide: Raster = { ...grey, bitDepth: 16, data: Uint16Array.from(grey.data, (value) => value * 257) };
    const table = normalizationTable(grey, how);
    const wideTable = normalizationTable(wide, how);
    for (const value of grey.data) expect(wideTable[value * 257]).toBeCloseTo(table[value]!, 5);
  });

  it('stays finite for a picture of one value', () => {
    const flat = normalizationTable({ ...grey, data: new Uint8Array(10).fill(7) }, how);
    expect(flat.every(Number.isFinite)).toBe(true);
  });
});
