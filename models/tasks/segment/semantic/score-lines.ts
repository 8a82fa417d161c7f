import { ModelError } from '../../../errors';
import { axisWeights, type AxisWeights } from './bilinear';
import type { Size, Window } from './scene';

/** What the network said of a window: logits [classes, rows, columns], coarser than the window's pixels. */
export interface WindowScores {
  window: Window;
  logits: Float32Array;
  rows: number;
  columns: number;
}

interface Prepared extends WindowScores {
  cells: Float32Array; // [rows, columns, stride]
  down: AxisWeights;
  across: AxisWeights;
}

/**
 * The scores of the network's input, line by line: each window's logits resized to its pixels, averaged where windows overlap. A pixel has `stride` numbers: a score for
 * each class, and behind them the logarithm of the sum of their exponentials, interpolated alike.
 */
export class ScoreLines {
  readonly stride: number;
  readonly #windows: Prepared[];
  readonly #kept = new Map<number, Float32Array>(); // the last two lines

  constructor(
    readonly size: Size,
    windows: readonly WindowScores[],
    readonly classes: number,
  ) {
    this.stride = classes + 1;
    this.#windows = windows.map((scores) => ({
      ...scores,
      cells: cellsOf(scores, classes),
      down: axisWeights(scores.rows, scores.window.height),
      across: axisWeights(scores.columns, scores.window.width),
    }));
  }

  /** [width, stride] */
  line(y: number): Float32Array {
    const kept = this.#kept.get(y);
    if (kept) return kept;
    const line = new Float32Array(this.size.width * this.stride);
    const covering = this.#windows.filter(({ window }) => y >= window.top && y < window.top + window.height);
    const counts = new Uint16Array(this.size.width);
    for (const prepared of covering) {
      this.#add(line, y, prepared);
      for (let x = 0; x < prepared.window.width; x++) counts[prepared.window.left + x]!++;
    }
    for (let x = 0; x < counts.length; x++) {
      if (counts[x]! > 1) for (let k = 0; k < this.stride; k++) line[x * this.stride + k]! /= counts[x]!;
    }
    for (const older of this.#kept.keys()) if (this.#kept.size > 1) this.#kept.delete(older);
    this.#kept.set(y, line);
    return line;
  }

  #add(line: Float32Array, y: number, { window, cells, columns, down, across }: Prepared): void {
    const { stride } = this;
    const [above, below, share] = [down.from[y - window.top]!, down.to[y - window.top]!, down.share[y - window.top]!];
    const row = new Float32Array(columns * stride);
    for (let i = 0; i < row.length; i++) row[i] = cells[above * columns * stride + i]! * (1 - share) + cells[below * columns * stride + i]! * share;
    for (let x = 0; x < window.width; x++) {
      const [left, right, part, target] = [across.from[x]! * stride, across.to[x]! * stride, across.share[x]!, (window.left + x) * stride];
      for (let k = 0; k < stride; k++) line[target + k]! += row[left + k]! * (1 - part) + row[right + k]! * part;
    }
  }
}

/** [classes, rows, columns] -> [rows, columns, classes + 1]. Throws BAD_WEIGHTS for what is not finite. */
function cellsOf({ logits, rows, columns }: WindowScores, classes: number): Float32Array {
  const stride = classes + 1;
  const places = rows * columns;
  const cells = new Float32Array(places * stride);
  for (let place = 0; place < places; place++) {
    let highest = -Infinity;
    for (let k = 0; k < classes; k++) {
      const value = logits[k * places + place]!;
      if (!Number.isFinite(value)) throw new ModelError('BAD_WEIGHTS', 'finite numbers were expected from the model, others came', 'The weights may be damaged: install the model again.');
      cells[place * stride + k] = value;
      highest = Math.max(highest, value);
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(cells[place * stride + k]! - highest);
    cells[place * stride + classes] = highest + Math.log(sum);
  }
  return cells;
}
