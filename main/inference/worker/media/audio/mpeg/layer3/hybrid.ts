/** From coefficients to the samples of the subbands (ISO 11172-3, 2.4.3.4): reordering, alias reduction, inverse transforms, overlapping. */
import { MOST_SLOTS, SUBBANDS } from '../synthesis';
import { transformLong, transformShort } from './imdct';
import type { Granule } from './side-info';

export const SLOTS = 18; // of a granule
const LONG_SUBBANDS = 2; // of a mixed granule

/** What neighbours leak into each other: of butterflies at distances 0 to 7 from their border. */
const LEAKS = [-0.6, -0.535, -0.33, -0.185, -0.095, -0.041, -0.0142, -0.0037];
const KEEP = Float64Array.from(LEAKS, (leak) => 1 / Math.hypot(1, leak));
const LEAK = Float64Array.from(LEAKS, (leak) => leak / Math.hypot(1, leak));

/** The filter of one channel. */
export class HybridFilter {
  private readonly overlap = new Float64Array(SUBBANDS * SLOTS); // second halves of the transforms before, by subband
  private overlapping = 0; // subbands
  private readonly block = new Float64Array(2 * SLOTS);
  private readonly ordered = new Float64Array(SUBBANDS * SLOTS);

  /** `spectrum`, of which the first `count` are not 0 -> 18 slots of `subbands` [32, MOST_SLOTS] from slot `from` on; `spectrum` is overwritten. */
  run(spectrum: Float64Array, count: number, granule: Granule, subbands: Float64Array, from: number): void {
    const { window, mixed } = granule;
    if (window === 'short') count = this.reorder(spectrum, count, granule);
    let used = Math.ceil(count / SLOTS); // subbands
    const borders = Math.min(used, window !== 'short' ? SUBBANDS - 1 : mixed ? 1 : 0);
    reduceAliases(spectrum, borders);
    if (borders === used && used > 0) used++;
    for (let subband = 0; subband < used; subband++) {
      const kind = mixed && subband < LONG_SUBBANDS ? 'long' : window;
      if (kind === 'short') transformShort(spectrum, subband * SLOTS, this.block);
      else transformLong(spectrum, subband * SLOTS, kind, this.block);
      this.overlapAdd(subband, subbands, from);
    }
    this.finish(used, subbands, from);
  }

  /** As `run` for coefficients that are all 0. */
  rest(subbands: Float64Array, from: number): void {
    this.finish(0, subbands, from);
  }

  /** The subbands from `used` on, which are 0 but for what the granule before left. */
  private finish(used: number, subbands: Float64Array, from: number): void {
    this.block.fill(0);
    for (let subband = used; subband < SUBBANDS; subband++) {
      if (subband < this.overlapping) this.overlapAdd(subband, subbands, from);
      else subbands.fill(0, subband * MOST_SLOTS + from, subband * MOST_SLOTS + from + SLOTS);
    }
    this.overlapping = used;
  }

  /** From band by band and in each window by window to coefficient by coefficient, windows by turns; gives how many are not 0 now. */
  private reorder(spectrum: Float64Array, count: number, { layout: { ends, long } }: Granule): number {
    const { ordered } = this;
    let from = long > 0 ? ends[long - 1]! : 0;
    for (let band = long; from < count; band += 3) {
      const width = ends[band]! - from;
      for (let window = 0; window < 3; window++) for (let i = 0; i < width; i++) ordered[from + 3 * i + window] = spectrum[from + window * width + i]!;
      const to = from + 3 * width;
      for (let i = from; i < to; i++) spectrum[i] = ordered[i]!;
      from = to;
    }
    return Math.max(from, count);
  }

  /** Odd samples of odd subbands change their sign: these subbands are upside down. */
  private overlapAdd(subband: number, subbands: Float64Array, from: number): void {
    const { block, overlap } = this;
    const sign = subband % 2 === 1 ? -1 : 1;
    for (let i = 0, at = subband * MOST_SLOTS + from, before = subband * SLOTS; i < SLOTS; i += 2, at += 2, before += 2) {
      subbands[at] = block[i]! + overlap[before]!;
      subbands[at + 1] = sign * (block[i + 1]! + overlap[before + 1]!);
      overlap[before] = block[SLOTS + i]!;
      overlap[before + 1] = block[SLOTS + i + 1]!;
    }
  }
}

function reduceAliases(spectrum: Float64Array, borders: number): void {
  for (let border = SLOTS; border <= borders * SLOTS; border += SLOTS) {
    for (let i = 0; i < LEAKS.length; i++) {
      const below = spectrum[border - 1 - i]!;
      const above = spectrum[border + i]!;
      spectrum[border - 1 - i] = below * KEEP[i]! - above * LEAK[i]!;
      spectrum[border + i] = above * KEEP[i]! + below * LEAK[i]!;
    }
  }
}
