/** Percentile bootstrap (Efron 1979): how far a figure would wander had other items of the same kind been drawn. */

export interface Interval {
  low: number;
  high: number;
}

export interface BootstrapOptions {
  rounds?: number;
  seed?: number;
  confidence?: number;
}

/**
 * Draws `count` items with replacement again and again, hands their indices to `statistic`, and returns the central interval of its values,
 * 95 % wide unless told otherwise. The same seed gives the same interval.
 */
export function bootstrapInterval(count: number, statistic: (indices: Uint32Array) => number, options: BootstrapOptions = {}): Interval {
  const { rounds = 2000, seed = 1, confidence = 0.95 } = options;
  const random = randomUint32(seed);
  const indices = new Uint32Array(count);
  const values = Float64Array.from({ length: rounds }, () => {
    for (let i = 0; i < count; i++) indices[i] = Math.floor((random() / 2 ** 32) * count);
    return statistic(indices);
  }).sort();
  return { low: quantile(values, (1 - confidence) / 2), high: quantile(values, (1 + confidence) / 2) };
}

/** The interval of a mean over items. */
export function meanInterval(values: readonly number[], options?: BootstrapOptions): Interval {
  return bootstrapInterval(values.length, (indices) => indices.reduce((sum, i) => sum + values[i]!, 0) / indices.length, options);
}

/** Linear between the sorted values. */
function quantile(sorted: Float64Array, fraction: number): number {
  const rank = fraction * (sorted.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (rank - below);
}

/** splitmix32 */
function randomUint32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}
