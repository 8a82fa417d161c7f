/** A stretch of the model's frames. */
interface Span {
  start: number;
  end: number; // first frame behind it
}

/**
 * A guard on top of the model: where the recording holds nothing that could be speech, nothing is transcribed.
 * A frame of 20 ms sounds when its RMS is above -60 dBFS; speech also moves, so a neighbourhood of a second must vary by 6 dB or more (hum and hiss vary by 1 to 3 dB).
 * A word is kept when a sounding frame of such a neighbourhood lies within half a second of it. The frames lie on a fixed grid: the blocks in which sound comes do not matter.
 */
const FLOOR = 10 ** (-60 / 10); // mean square
const DYNAMICS = 10 ** (6 / 10); // ratio of mean squares
const REACH = 0.5; // seconds to either side

export class SilenceGuard {
  private readonly frameSamples: number;
  private readonly reach: number; // frames
  private readonly power: number[] = []; // mean square of each frame
  private readonly lively: boolean[] = []; // of each frame, where it is known for good
  private sum = 0;
  private count = 0;

  /** `frameSeconds`: of the model's frames, which are also the guard's. */
  constructor(sampleRate: number, frameSeconds: number) {
    this.frameSamples = Math.round(sampleRate * frameSeconds);
    this.reach = Math.round(REACH / frameSeconds);
  }

  push(pcm: Float32Array): void {
    for (const sample of pcm) {
      this.sum += sample * sample;
      if (++this.count === this.frameSamples) this.close();
    }
  }

  /** Whether what was heard there may be speech, by the sound so far: more sound may turn a no into a yes, never a yes into a no. */
  keeps({ start, end }: Span): boolean {
    for (let frame = Math.max(0, start - this.reach); frame < end + this.reach && frame < this.power.length; frame++) {
      if (this.isLively(frame)) return true;
    }
    return false;
  }

  /** Whether more sound cannot change the answer of `keeps`. */
  isCertain(span: Span): boolean {
    return span.end + 2 * this.reach <= this.power.length || this.keeps(span);
  }

  /** Takes the last frame as whole. Call it after the last `push`. */
  finish(): void {
    if (this.count > 0) this.close();
  }

  private isLively(frame: number): boolean {
    const known = this.lively[frame];
    if (known !== undefined) return known;
    const is = this.power[frame]! > FLOOR && this.moves(Math.max(0, frame - this.reach), frame + this.reach + 1);
    if (is || frame + this.reach < this.power.length) this.lively[frame] = is;
    return is;
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
