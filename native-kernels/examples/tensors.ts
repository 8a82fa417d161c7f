/** Tensors of the examples. */
import type { Tensor } from '../lib';

/** `value` of the sine of each element's index, counted from `offset`. */
export function wave(dims: number[], offset: number, value = (sine: number) => sine): Tensor {
  const length = dims.reduce((a, b) => a * b);
  return { type: 'float32', dims, data: Float32Array.from({ length }, (_, i) => value(Math.sin(i + offset))) };
}

export const numbers = (tensor: Tensor): Float32Array => tensor.data as Float32Array;

export const zeros = (dims: number[]): Tensor => wave(dims, 0, () => 0);

/** Time steps of a tensor [1, time, ...]. */
export function steps(tensor: Tensor, from: number, to: number): Tensor {
  const [, , ...row] = tensor.dims;
  const size = row.reduce((a, b) => a * b, 1);
  return { ...tensor, dims: [1, to - from, ...row], data: numbers(tensor).slice(from * size, to * size) };
}

export function largestDifference(a: Tensor, b: Tensor): number {
  return numbers(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - numbers(b)[i]!)), 0);
}
