import type { Tensor } from '../lib';

/** Numbers from `low` to `high`, the same for the same seed (mulberry32). */
export function random(dims: number[], seed: number, low = -1, high = 1): Tensor {
  let state = seed;
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  for (let i = 0; i < data.length; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    data[i] = low + ((high - low) * ((t ^ (t >>> 14)) >>> 0)) / 2 ** 32;
  }
  return { type: 'float32', dims, data };
}
