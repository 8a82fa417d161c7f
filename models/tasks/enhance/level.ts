/** The standard deviation of a whole recording, taken block by block (Welford 1962), with n - 1 in the denominator; 0 below two samples. */
export class Deviation {
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
    return this.count < 2 ? 0 : Math.sqrt(this.squares / (this.count - 1));
  }
}
