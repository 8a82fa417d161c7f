/** Sequences as rows of doubles, for references that are written to be read. */

/** [time][channel] */
export type Rows = number[][];

export type ReferenceWeights = ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>;

/** W x for every row; W [outputs, inputs] */
export function product(rows: Rows, { shape, data }: { shape: readonly number[]; data: Float32Array }): Rows {
  const [outputs, inputs] = shape as [number, number];
  return rows.map((row) => Array.from({ length: outputs }, (_, o) => row.reduce((sum, x, i) => sum + data[o * inputs + i]! * x, 0)));
}

/** Columns [from, from + size) of every row. */
export function columns(rows: Rows, from: number, size: number): Rows {
  return rows.map((row) => row.slice(from, from + size));
}

export const silu = (x: number): number => x / (1 + Math.exp(-x));
export const softplus = (x: number): number => Math.log1p(Math.exp(x));

/** SiLU(sum_k w[c, 0, k] x[t - K + 1 + k, c] + bias[c]), zeros before the start */
export function convSilu(rows: Rows, weight: { shape: readonly number[]; data: Float32Array }, bias: Float32Array): Rows {
  const K = weight.shape[2]!;
  return rows.map((row, t) =>
    row.map((_, c) => {
      let sum = bias[c]!;
      for (let k = 0; k < K; k++) sum += weight.data[c * K + k]! * (rows[t - K + 1 + k]?.[c] ?? 0);
      return silu(sum);
    }),
  );
}

export function rmsNorm(row: number[], weight: Float32Array): number[] {
  const scale = 1 / Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length + 1e-5);
  return row.map((x, i) => x * scale * weight[i]!);
}
