/** From scores on the network's input to the class of each pixel of the picture. */
import type { LabelImage } from '../raster';
import { axisWeights } from './bilinear';
import type { Size } from './scene';
import type { ScoreLines } from './score-lines';

/** Labels are 1 + class, `count` the number of classes, whether a class occurs or not. */
export interface ClassMap extends LabelImage {
  probabilities: Float64Array; // for each class the mean, over its pixels, of its probability
}

const ROWS_AT_ONCE = 64;

/**
 * The class with the highest score at each pixel, the scores being resized from the network's input to the picture. Between four neighbours a score lies between its
 * highest and its lowest value there, so few classes can win, and only these are compared. Yields the done fraction now and then.
 */
export function* classMap(scores: ScoreLines, { height, width }: Size): Generator<number, ClassMap> {
  const { stride, classes } = scores;
  const labels = new Int32Array(height * width);
  const [sums, counts] = [new Float64Array(classes), new Float64Array(classes)];
  const rows = axisWeights(scores.size.height, height);
  const columns = axisWeights(scores.size.width, width);
  const possible = new Candidates(scores.size.width, classes);
  let between = -1;
  for (let y = 0, pixel = 0; y < height; y++) {
    if (y % ROWS_AT_ONCE === 0) yield y / height;
    const [above, below, down] = [scores.line(rows.from[y]!), scores.line(rows.to[y]!), rows.share[y]!];
    if (rows.from[y] !== between) possible.forget();
    between = rows.from[y]!;
    for (let x = 0; x < width; x++, pixel++) {
      const [left, right, across] = [columns.from[x]! * stride, columns.to[x]! * stride, columns.share[x]!];
      const at = (k: number) => (above[left + k]! * (1 - across) + above[right + k]! * across) * (1 - down) + (below[left + k]! * (1 - across) + below[right + k]! * across) * down;
      const cell = columns.from[x]!;
      const number = possible.find(cell, above, below, left, right);
      let best = 0;
      let highest = -Infinity;
      for (let i = 0; i < number; i++) {
        const k = possible.list[cell * classes + i]!;
        const score = at(k);
        if (score > highest) [highest, best] = [score, k];
      }
      labels[pixel] = best + 1;
      sums[best]! += Math.exp(highest - at(classes));
      counts[best]!++;
    }
  }
  return { height, width, labels, count: classes, probabilities: sums.map((sum, k) => (counts[k]! > 0 ? Math.min(1, sum / counts[k]!) : 0)) };
}

/** Which classes can have the highest score between a pair of neighbouring columns, for one pair of lines. */
class Candidates {
  readonly list: Uint16Array; // [columns, classes]
  readonly #counts: Uint16Array;

  constructor(
    columns: number,
    readonly classes: number,
  ) {
    this.list = new Uint16Array(columns * classes);
    this.#counts = new Uint16Array(columns);
  }

  /** The lines have changed. */
  forget(): void {
    this.#counts.fill(0);
  }

  /** How many of `list` from cell * classes on count. */
  find(cell: number, above: Float32Array, below: Float32Array, left: number, right: number): number {
    const known = this.#counts[cell]!;
    if (known > 0) return known;
    let bar = -Infinity;
    for (let k = 0; k < this.classes; k++) {
      const lowest = Math.min(above[left + k]!, above[right + k]!, below[left + k]!, below[right + k]!);
      if (lowest > bar) bar = lowest;
    }
    let count = 0;
    for (let k = 0; k < this.classes; k++) {
      if (Math.max(above[left + k]!, above[right + k]!, below[left + k]!, below[right + k]!) >= bar) this.list[cell * this.classes + count++] = k;
    }
    this.#counts[cell] = count;
    return count;
  }
}
