import { PEAKS_PER_SECOND } from '../../../../main/contract/resources';

const FACTOR = 8; // between levels
const MOST_GAIN = 8;

/** Lowest and highest samples of a recording at several resolutions, so that any range is drawn from about as many values as it has pixels. */
export class Peaks {
  private readonly levels: Int8Array[]; // pairs; each level has an eighth of the one before

  /** `pairs`: as GET /waveform gives them. */
  constructor(pairs: Int8Array) {
    this.levels = [pairs.subarray(0, pairs.length & ~1)];
    for (let level = this.levels[0]!; level.length > 2 * FACTOR; ) this.levels.push((level = coarser(level)));
  }

  /** By which a quiet recording is drawn larger, 1 to MOST_GAIN. */
  get gain(): number {
    const loudest = this.levels.at(-1)!.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    return Math.min(MOST_GAIN, 127 / loudest);
  }

  get seconds(): number {
    return this.levels[0]!.length / 2 / PEAKS_PER_SECOND;
  }

  /** Pairs from -1 to 1 for `columns` columns over a range in seconds; 0, 0 outside the recording. */
  range(start: number, end: number, columns: number): Float32Array {
    const perColumn = ((end - start) * PEAKS_PER_SECOND) / Math.max(1, columns);
    let depth = 0;
    while (depth + 1 < this.levels.length && FACTOR ** (depth + 1) <= perColumn) depth++;
    const level = this.levels[depth]!;
    const scale = PEAKS_PER_SECOND / FACTOR ** depth;
    const step = (end - start) / Math.max(1, columns);
    const result = new Float32Array(2 * columns);
    for (let column = 0; column < columns; column++) {
      const from = Math.max(0, Math.floor((start + column * step) * scale));
      const until = Math.min(level.length / 2, Math.max(from + 1, Math.ceil((start + (column + 1) * step) * scale)));
      if (start + column * step < 0) continue;
      for (let i = from; i < until; i++) {
        result[2 * column] = Math.min(result[2 * column]!, level[2 * i]! / 127);
        result[2 * column + 1] = Math.max(result[2 * column + 1]!, level[2 * i + 1]! / 127);
      }
    }
    return result;
  }
}

function coarser(level: Int8Array): Int8Array {
  const pairs = Math.ceil(level.length / 2 / FACTOR);
  const result = new Int8Array(2 * pairs);
  for (let i = 0; i < pairs; i++) {
    let low = 127;
    let high = -128;
    for (let j = i * FACTOR; j < Math.min(level.length / 2, (i + 1) * FACTOR); j++) {
      low = Math.min(low, level[2 * j]!);
      high = Math.max(high, level[2 * j + 1]!);
    }
    result[2 * i] = low;
    result[2 * i + 1] = high;
  }
  return result;
}
