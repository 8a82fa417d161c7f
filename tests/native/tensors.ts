import type { Tensor } from '../../native-kernels/lib';

export const float32 = (dims: number[], values: ArrayLike<number>): Tensor => ({ type: 'float32', dims, data: Float32Array.from(values) });

/** Values from -1 to 1, the same for the same seed (mulberry32). */
export function random(dims: number[], seed: number): Tensor {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
  return float32(dims, Array.from({ length: dims.reduce((a, b) => a * b, 1) }, next));
}
