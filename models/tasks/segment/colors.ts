import type { LabelImage } from './raster';
import { labelledRuns } from './runs';

export type Color = readonly [red: number, green: number, blue: number];

/** Hues that differ for people with common colour deficiencies too: Okabe and Ito's, with two lighter ones; none is grey or black. */
const PALETTE: readonly Color[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [148, 103, 235],
  [140, 210, 80],
  [235, 70, 110],
  [60, 210, 200],
  [250, 170, 150],
];

/** A colour for a label alone, where neighbours need not be known: numbers in a row differ. */
export function labelColor(label: number): Color {
  return PALETTE[(label * 5) % PALETTE.length]!;
}

const REACH = 24; // pixels: instances closer than this along a row or a column get different colours while there are enough

/**
 * A colour for each instance; element `label` (element 0 is black). The same labels always give the same colours, and instances near each
 * other different ones.
 */
export function instanceColors(image: LabelImage): Color[] {
  const near = neighbours(image);
  const chosen = new Int32Array(image.count + 1).fill(-1);
  for (let label = 1; label <= image.count; label++) {
    const taken = new Set([...near[label]!].map((other) => chosen[other]!));
    const first = (label * 5) % PALETTE.length;
    const free = PALETTE.map((_, i) => (first + i) % PALETTE.length).find((color) => !taken.has(color));
    chosen[label] = free ?? first;
  }
  return [[0, 0, 0], ...Array.from(chosen.subarray(1), (color) => PALETTE[color]!)];
}

/** For each label the lower labels that follow or precede it within REACH on some row or column. */
function neighbours({ width, labels, count, runs = labelledRuns(labels, width) }: LabelImage): Set<number>[] {
  const near = Array.from({ length: count + 1 }, () => new Set<number>());
  const above = new Int32Array(width); // the last label seen in each column
  const aboveRow = new Int32Array(width).fill(-REACH);
  const link = (a: number, b: number) => {
    if (a !== b && a !== 0) near[Math.max(a, b)]!.add(Math.min(a, b));
  };
  let [row, before, beforeColumn] = [-1, 0, -REACH];
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width);
    if (y !== row) [row, before, beforeColumn] = [y, 0, -REACH];
    for (let pixel = runs[i]!; pixel < runs[i + 1]!; pixel++) {
      const label = labels[pixel]!;
      const x = pixel - y * width;
      if (label === 0) continue;
      if (x - beforeColumn < REACH) link(before, label);
      if (y - aboveRow[x]! < REACH) link(above[x]!, label);
      before = above[x] = label;
      beforeColumn = x;
      aboveRow[x] = y;
    }
  }
  return near;
}
