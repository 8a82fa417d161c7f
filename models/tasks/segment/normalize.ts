import type { Raster } from './raster';

/** How a card wants its input: the percentiles `low` and `high` become 0 and 1, clipped, then (x - mean) / std. */
export interface PercentileNormalization {
  low: number; // percent
  high: number;
  mean: number;
  std: number;
}

/** The values at two percentiles of an image's samples. */
export interface IntensityRange {
  low: number;
  high: number;
}

/**
 * Percentiles over all samples of an image, all channels together; a grey pixel counts as three equal samples, so that a greyscale file
 * and its colour copy give the same. Between two order statistics the percentile is linear, as numpy's default.
 */
export function intensityRange(image: Raster, low: number, high: number): IntensityRange {
  const { data, bitDepth, channels } = image;
  const [a, b, c] = [0, 1, 2].map(() => new Uint32Array(1 << bitDepth)) as [Uint32Array, Uint32Array, Uint32Array]; // three, so that equal samples in a row do not wait for each other
  const whole = data.length - (data.length % 3);
  for (let i = 0; i < whole; i += 3) {
    a[data[i]!]!++;
    b[data[i + 1]!]!++;
    c[data[i + 2]!]!++;
  }
  for (let i = whole; i < data.length; i++) a[data[i]!]!++;
  const weight = 3 / channels;
  const histogram = Float64Array.from(a, (count, value) => (count + b[value]! + c[value]!) * weight);
  return { low: percentile(histogram, low), high: percentile(histogram, high) };
}

/** Percentile (0 to 100) of the values 0, 1, 2, ... that occur `histogram[value]` times. */
export function percentile(histogram: Float64Array, percent: number): number {
  const total = histogram.reduce((sum, n) => sum + n, 0);
  const rank = (percent / 100) * (total - 1);
  const below = Math.floor(rank);
  let value = 0;
  let seen = histogram[0]!;
  while (seen <= below) seen += histogram[++value]!;
  let next = value;
  while (seen <= below + 1 && next < histogram.length - 1) seen += histogram[++next]!;
  if (rank === below) next = value;
  return value + (next - value) * (rank - below);
}

/** Sample value -> network input, for every value that the image's bit depth can hold. */
export function normalizationTable(image: Raster, how: PercentileNormalization): Float32Array {
  const range = intensityRange(image, how.low, how.high);
  const scale = 1 / (range.high - range.low + 1e-6);
  return Float32Array.from({ length: 1 << image.bitDepth }, (_, value) => {
    const unit = Math.min(Math.max((value - range.low) * scale, 0), 1);
    return (unit - how.mean) / how.std;
  });
}
