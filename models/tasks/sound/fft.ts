/** Radix-2 Fourier transform of complex points, in place. Tables are made once. */
export class FourierTransform {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly order: Uint32Array; // bit-reversed indices: point k has to be put at order[k]
  private readonly cos: Float64Array; // of 2 pi k / points
  private readonly sin: Float64Array;

  /** `points`: a power of two. */
  constructor(readonly points: number) {
    const bits = Math.log2(points);
    if (!Number.isInteger(bits) || bits < 0) throw new RangeError(`a power of two was expected, got ${points}`);
    this.cos = Float64Array.from({ length: points / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / points));
    this.sin = Float64Array.from({ length: points / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / points));
    this.order = new Uint32Array(points);
    for (let i = 1; i < points; i++) this.order[i] = (this.order[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
    this.re = new Float64Array(points);
    this.im = new Float64Array(points);
  }

  /** The points in `re` and `im`, put there in the order of `order` -> their spectrum, in natural order. */
  run(): void {
    for (let half = 1; half < this.points; half *= 2) this.combine(half);
  }

  /** Joins neighbouring transforms of `half` points to ones of twice as many. */
  private combine(half: number): void {
    const { re, im, cos, sin, points } = this;
    const stride = points / (2 * half);
    for (let k = 0; k < half; k++) {
      const c = cos[k * stride]!;
      const s = sin[k * stride]!;
      for (let a = k; a < points; a += 2 * half) {
        const b = a + half;
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

/**
 * Power of the spectrum of real sound. A frame of N samples goes as N/2 complex points (even samples real, odd ones imaginary) through a Fourier transform,
 * from which the spectra of both halves, and so of the whole, follow by symmetry.
 */
export class PowerSpectrum {
  private readonly fourier: FourierTransform;
  private readonly cos: Float64Array; // of 2 pi k / size
  private readonly sin: Float64Array;

  /** `size`: a power of two. */
  constructor(size: number) {
    const points = size / 2;
    this.fourier = new FourierTransform(points);
    this.cos = Float64Array.from({ length: points + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sin = Float64Array.from({ length: points + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
  }

  /** frame [size] -> power [size / 2 + 1]: the squared magnitude of each bin. */
  into(power: Float64Array, frame: Float64Array): void {
    const { cos, sin } = this;
    const { re, im, order, points } = this.fourier;
    for (let i = 0; i < points; i++) {
      re[i] = frame[2 * order[i]!]!;
      im[i] = frame[2 * order[i]! + 1]!;
    }
    this.fourier.run();
    for (let k = 0; k <= points; k++) {
      const at = k % points;
      const mirror = (points - k) % points;
      const evenRe = (re[at]! + re[mirror]!) / 2;
      const evenIm = (im[at]! - im[mirror]!) / 2;
      const oddRe = (im[at]! + im[mirror]!) / 2;
      const oddIm = (re[mirror]! - re[at]!) / 2;
      const real = evenRe + cos[k]! * oddRe + sin[k]! * oddIm;
      const imaginary = evenIm + cos[k]! * oddIm - sin[k]! * oddRe;
      power[k] = real * real + imaginary * imaginary;
    }
  }
}
