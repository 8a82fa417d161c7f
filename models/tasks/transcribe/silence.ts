import type { CtcToken } from './ctc';

/**
 * A guard on top of the model: where the recording holds nothing that could be speech, nothing is transcribed.
 * A frame of 20 ms sounds when its RMS is above -60 dBFS; speech also moves, so a neighbourhood of a second must vary by 6 dB or more (hum and hiss vary by 1 to 3 dB).
 * A symbol is kept when a sounding frame of such a neighbourhood lies within half a second of it. The frames lie on a fixed grid: the blocks in which sound comes do not matter.
 */
const FLOOR = 10 ** (-60 / 10); // mean square
const DYNAMICS = 10 ** (6 / 10); // ratio of mean squares
const REACH = 0.5; // seconds to either side

export class SilenceGuard {
  private readonly frameSamples: number;
  private readonly power: number[] = []; // mean square of each frame
  private sum = 0;
  private count = 0;

  /** `frameSeconds`: of the model's frames, which are also the guard's. */
  constructor(
    sampleRate: number,
    private readonly frameSeconds: number,
  ) {
    this.frameSamples = Math.round(sampleRate * frameSeconds);
  }

  push(pcm: Float32Array): void {
    for (const sample of pcm) {
      this.sum += sample * sample;
      if (++this.count === this.frameSamples) this.close();
    }
  }

  /** The tokens that may be speech. Call it after the last `push`. */
  keep(tokens: readonly CtcToken[]): CtcToken[] {
    if (this.count > 0) this.close();
    const reach = Math.round(REACH / this.frameSeconds);
    const lively = this.power.map((power, i) => power > FLOOR && this.moves(Math.max(0, i - reach), i + reach + 1));
    return tokens.filter(({ start, end }) => lively.slice(Math.max(0, start - reach), end + reach).includes(true));
  }

  private close(): void {
    this.power.push(this.sum / this.count);
    this.sum = 0;
    this.count = 0;
  }

  private moves(from: number, to: number): boolean {
    let low = Infinity;
    let high = 0;
    for (let i = from; i < to && i < this.power.length; i++) {
      low = Math.min(low, this.power[i]!);
      high = Math.max(high, this.power[i]!);
    }
    return high > low * DYNAMICS;
  }
}
