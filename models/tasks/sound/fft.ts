/** Power of the spectrum of real sound, by a radix-2 Fourier transform with its tables made once. */
export class PowerSpectrum {
  private readonly cos: Float64Array; // of 2 pi k / size
  private readonly sin: Float64Array;
  private readonly order: Uint32Array; // bit-reversed indices
  private readonly re: Float64Array;
  private readonly im: Float64Array;

  /** `size`: a power of two. */
  constructor(readonly size: number) {
    const bits = Math.log2(size);
    if (!Number.isInteger(bits) || bits < 1) throw new RangeError(`a power of two was expected, got ${size}`);
    this.cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
    this.order = new Uint32Array(size);
    for (let i = 1; i < size; i++) this.order[i] = (this.order[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
    this.re = new Float64Array(size);
    this.im = new Float64Array(size);
  }

  /** frame [size] -> power [size / 2 + 1]: the squared magnitude of each bin. */
  into(power: Float64Array, frame: ArrayLike<number>): void {
    const { re, im, size } = this;
    for (let i = 0; i < size; i++) re[i] = frame[this.order[i]!]!;
    im.fill(0);
    for (let half = 1; half < size; half *= 2) this.combine(half);
    for (let k = 0; k <= size / 2; k++) power[k] = re[k]! ** 2 + im[k]! ** 2;
  }

  /** Joins neighbouring transforms of `half` points to ones of twice as many. */
  private combine(half: number): void {
    const { re, im, cos, sin, size } = this;
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const c = cos[k * stride]!;
        const s = sin[k * stride]!;
        const turnedRe = re[b]! * c + im[b]! * s;
        const turnedIm = im[b]! * c - re[b]! * s;
        re[b] = re[a]! - turnedRe;
        im[b] = im[a]! - turnedIm;
        re[a] = re[a]! + turnedRe;
        im[a] = im[a]! + turnedIm;
      }
    }
  }
}
