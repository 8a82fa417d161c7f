/** A small generator whose sequence depends on the seed only (mulberry32), so that every failure can be repeated. */
export class Random {
  constructor(private seed: number) {}

  /** uniform in [0, 1) */
  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), this.seed | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** an integer in [0, limit) */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** uniform values in [low, high) */
  array(size: number, low = -1, high = 1): Float32Array {
    return Float32Array.from({ length: size }, () => low + (high - low) * this.next());
  }
}
