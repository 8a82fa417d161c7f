/** The inverse modified discrete cosine transform, through a Fourier transform of a quarter of its length. */
import { FourierTransform } from '../../../../../../models/tasks/sound/fft';

/**
 * N / 2 coefficients X -> N samples y[i] = sum over k of X[k] cos(2 pi / N (i + 1/2 + N / 4) (k + 1/2)).
 * With M = N / 2 these are the values of a cosine transform of the fourth kind, u[m] = sum of X[k] cos(pi / M (m + 1/2) (k + 1/2)), mirrored at both ends.
 */
export class InverseTransform {
  private readonly fourier: FourierTransform;
  private readonly cos: Float64Array; // of pi (8 k + 1) / (8 M)
  private readonly sin: Float64Array;
  private readonly u: Float64Array;

  /** `size`: N, a power of two of at least 8. */
  constructor(readonly size: number) {
    const m = size / 2;
    this.fourier = new FourierTransform(m / 2);
    this.cos = Float64Array.from({ length: m / 2 }, (_, k) => Math.cos((Math.PI * (8 * k + 1)) / (8 * m)));
    this.sin = Float64Array.from({ length: m / 2 }, (_, k) => Math.sin((Math.PI * (8 * k + 1)) / (8 * m)));
    this.u = new Float64Array(m);
  }

  /** coefficients [N / 2] -> samples [N] */
  run(coefficients: Float32Array, samples: Float32Array): void {
    const { u, size } = this;
    this.cosineTransform(coefficients);
    const m = size / 2;
    const half = m / 2;
    for (let i = 0; i < half; i++) {
      samples[i] = u[i + half]!;
      samples[size - 1 - i] = -u[half - 1 - i]!;
    }
    for (let i = half; i < m + half; i++) samples[i] = -u[m + half - 1 - i]!;
  }

  /** In pairs: X[2 k] and X[M - 1 - 2 k] are one complex point, and so are u[2 k] and u[M - 1 - 2 k]. */
  private cosineTransform(x: Float32Array): void {
    const { cos, sin, u } = this;
    const { re, im, order, points } = this.fourier;
    const last = 2 * points - 1;
    for (let i = 0; i < points; i++) {
      const k = order[i]!;
      const [a, b, c, s] = [x[2 * k]!, x[last - 2 * k]!, cos[k]!, sin[k]!];
      re[i] = a * c + b * s;
      im[i] = b * c - a * s;
    }
    this.fourier.run();
    for (let k = 0; k < points; k++) {
      const [a, b, c, s] = [re[k]!, im[k]!, cos[k]!, sin[k]!];
      u[2 * k] = a * c + b * s;
      u[last - 2 * k] = a * s - b * c;
    }
  }
}
