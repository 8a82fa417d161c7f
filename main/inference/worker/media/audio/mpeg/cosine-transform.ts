/**
 * The cosine transform of 32 values, X[n] = sum over k of x[k] cos(pi n (2 k + 1) / 64), after B. G. Lee, 1984: a transform of N is two of N / 2,
 * one of x[k] + x[N - 1 - k], which gives the even X, and one of (x[k] - x[N - 1 - k]) / (2 cos(pi (2 k + 1) / (2 N))), of which two neighbours add up to an odd X.
 */
const SIZE = 32;

/** In this order, and in place: two rows become their sum and their difference times `factor`; */
const butterflies: { low: number; high: number; factor: number }[] = [];
/** then a row is added to another. */
const additions: { to: number; row: number }[] = [];

/** By n: the row which is X[n] in the end. */
export const TRANSFORMED_ROWS = plan(Array.from({ length: SIZE }, (_, k) => k));

function plan(rows: number[]): number[] {
  const size = rows.length;
  if (size === 1) return rows;
  const [lower, upper] = [rows.slice(0, size / 2), rows.slice(size / 2).reverse()];
  for (const [k, low] of lower.entries()) butterflies.push({ low, high: upper[k]!, factor: 0.5 / Math.cos((Math.PI * (2 * k + 1)) / (2 * size)) });
  const [even, odd] = [plan(lower), plan(upper)];
  for (let m = 0; m + 1 < odd.length; m++) additions.push({ to: odd[m]!, row: odd[m + 1]! });
  return even.flatMap((row, m) => [row, odd[m]!]);
}

/** `values` [32, stride]: from column `from` on `count` columns, each by itself, in place. */
export function cosineTransforms(values: Float64Array, stride: number, from: number, count: number): void {
  for (const { low, high, factor } of butterflies) {
    for (let i = low * stride + from, j = high * stride + from, end = i + count; i < end; i++, j++) {
      const a = values[i]!;
      const b = values[j]!;
      values[i] = a + b;
      values[j] = (a - b) * factor;
    }
  }
  for (const { to, row } of additions) {
    for (let i = to * stride + from, j = row * stride + from, end = i + count; i < end; i++, j++) values[i]! += values[j]!;
  }
}
