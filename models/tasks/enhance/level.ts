/** What a recording is divided by before a model hears it; its answer is multiplied with the same. */

/** Listens to a recording, block by block. */
export interface Level {
  push(pcm: Float32Array): void;
  value(): number;
}

/** Keeps silence from being blown up. */
const FLOOR = 1e-3;

/** The standard deviation of a whole recording + 1e-3, taken block by block (Welford 1962), with n - 1 in the denominator. */
export class DeviationLevel implements Level {
  private count = 0;
  private mean = 0;
  private squares = 0; // sum of squared distances from the mean

  push(pcm: Float32Array): void {
    for (const sample of pcm) {
      const distance = sample - this.mean;
      this.mean += distance / ++this.count;
      this.squares += distance * (sample - this.mean);
    }
  }

  value(): number {
    return FLOOR + (this.count < 2 ? 0 : Math.sqrt(this.squares / (this.count - 1)));
  }
}

/** The root mean square of a whole recording, 1 for silence. */
export class RmsLevel implements Level {
  private count = 0;
  private squares = 0;

  push(pcm: Float32Array): void {
    for (const sample of pcm) this.squares += sample * sample;
    this.count += pcm.length;
  }

  value(): number {
    return this.squares > 0 ? Math.sqrt(this.squares / this.count) : 1;
  }
}
