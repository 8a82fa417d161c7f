/**
 * Inverse modified cosine transforms with their windows (ISO 11172-3, 2.4.3.4): N = 36 or 12 samples x[i] = sum over k < N / 2 of X[k] cos(pi / (2 N) (2 i + 1 + N / 2) (2 k + 1)).
 * With M = N / 2 these are u[m] = sum of X[k] cos(pi / M (m + 1/2) (k + 1/2)), m = 0..M - 1, from the middle to the end, then backwards and from the beginning, both as -u.
 */
import { cosineTransform9 } from './cosine-transform-9';
import type { WindowKind } from './side-info';

type LongKind = Exclude<WindowKind, 'short'>;

const sine = (i: number, length: number) => Math.sin((Math.PI / length) * (i + 0.5));
const window = (shape: (i: number) => number) => Array.from({ length: 36 }, (_, i) => shape(i));
const WINDOWS: Record<LongKind, number[]> = {
  long: window((i) => sine(i, 36)),
  start: window((i) => (i < 18 ? sine(i, 36) : i < 24 ? 1 : i < 30 ? sine(i - 18, 12) : 0)),
  stop: window((i) => (i < 6 ? 0 : i < 12 ? sine(i - 6, 12) : i < 18 ? 1 : sine(i, 36))),
};

/** m of the u[m] that x[i] is. */
const SOURCES = Uint8Array.from({ length: 36 }, (_, i) => (i < 9 ? i + 9 : i < 27 ? 26 - i : i - 27));
/** The windows with the signs of the u and, what the transform leaves out, 1 / (2 cos(pi (2 m + 1) / 72)). */
const weights = (kind: LongKind) => Float64Array.from(SOURCES, (m, i) => ((i < 9 ? 0.5 : -0.5) * WINDOWS[kind][i]!) / Math.cos((Math.PI * (2 * m + 1)) / 72));
const WEIGHTS: Record<LongKind, Float64Array> = { long: weights('long'), start: weights('start'), stop: weights('stop') };

/** 1 / (2 cos(pi (2 m + 1) / 36)) */
const SECANTS = Float64Array.from({ length: 9 }, (_, m) => 0.5 / Math.cos((Math.PI * (2 * m + 1)) / 36));
/** [12, 6]: transform and window of 12 samples. */
const SHORT = Float64Array.from({ length: 12 * 6 }, (_, at) => {
  const [i, k] = [Math.floor(at / 6), at % 6];
  return sine(i, 12) * Math.cos((Math.PI / 24) * (2 * i + 7) * (2 * k + 1));
});

const [sums, even, odd, u] = [new Float64Array(9), new Float64Array(9), new Float64Array(9), new Float64Array(18)];

/**
 * 18 coefficients at `at` -> samples [36]. The sums X[k] + X[k - 1] have u[m] 2 cos(pi (2 m + 1) / 72) as their cosine transform, of which half is one of 9 sums
 * and the other half, by the same step, one of 9 sums of sums.
 */
export function transformLong(spectrum: Float64Array, at: number, kind: LongKind, samples: Float64Array): void {
  sums[0] = spectrum[at]!;
  for (let j = 1; j < 9; j++) sums[j] = spectrum[at + 2 * j]! + spectrum[at + 2 * j - 1]!;
  cosineTransform9(sums, even);
  sums[0] = spectrum[at]! + spectrum[at + 1]!;
  for (let j = 1, k = at + 2; j < 9; j++, k += 2) sums[j] = spectrum[k - 2]! + spectrum[k - 1]! + spectrum[k]! + spectrum[k + 1]!;
  cosineTransform9(sums, odd);
  for (let m = 0; m < 9; m++) {
    const rest = odd[m]! * SECANTS[m]!;
    u[m] = even[m]! + rest;
    u[17 - m] = even[m]! - rest;
  }
  const weight = WEIGHTS[kind];
  for (let i = 0; i < 36; i++) samples[i] = u[SOURCES[i]!]! * weight[i]!;
}

/** Three windows of 6 coefficients each, by turns from `at` on -> samples [36], the windows overlapping in their middle. */
export function transformShort(spectrum: Float64Array, at: number, samples: Float64Array): void {
  samples.fill(0);
  for (let window = 0; window < 3; window++) {
    for (let i = 0; i < 12; i++) {
      let sum = 0;
      for (let k = 0; k < 6; k++) sum += spectrum[at + 3 * k + window]! * SHORT[6 * i + k]!;
      samples[6 + 6 * window + i]! += sum;
    }
  }
}
