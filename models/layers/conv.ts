/** Convolutions and changes of resolution on channels-first maps: [B, C, L] or [B, C, H, W]. */
import type { GraphBuilder, Value } from '../graph/graph-builder';
import type { Weights } from './weights';

export interface ConvOptions {
  /** for each axis, or one number for all */
  stride?: number | readonly number[];
  dilation?: number | readonly number[];
  /** zeros on each side, for each axis; one number for all */
  padding?: number | readonly number[];
  groups?: number;
  bias?: boolean;
}

/** Keys weight [outputs, inputs / groups, K], or [outputs, inputs / groups, K, K] for a map, and bias [outputs] unless `bias` is false. */
export function conv(g: GraphBuilder, x: Value, w: Weights, shape: readonly number[], { bias = true, ...options }: ConvOptions = {}): Value {
  return convOf(g, x, w.put(g, 'weight', shape), bias ? w.put(g, 'bias', [shape[0]!]) : undefined, shape, options);
}

/** `conv` with a kernel and a bias that are values already. */
export function convOf(g: GraphBuilder, x: Value, weight: Value, bias: Value | undefined, shape: readonly number[], { stride = 1, dilation = 1, padding = 0, groups = 1 }: ConvOptions): Value {
  const axes = shape.length - 2;
  const forEach = (option: number | readonly number[]) => (typeof option === 'number' ? Array.from({ length: axes }, () => option) : option);
  const pads = forEach(padding);
  return g.node('Conv', [x, weight, bias], {
    kernel_shape: shape.slice(2),
    strides: forEach(stride),
    dilations: forEach(dilation),
    pads: [...pads, ...pads],
    group: groups,
  });
}

/** [B, inputs, T] -> [B, outputs, (T - 1) stride + K], or so on both sides of a map. Keys weight [inputs, outputs, K] or [inputs, outputs, K, K], bias [outputs] where wanted. */
export function convTranspose(g: GraphBuilder, x: Value, w: Weights, shape: readonly number[], stride: number, { bias = false } = {}): Value {
  const kernel = shape.slice(2);
  return g.node('ConvTranspose', [x, w.put(g, 'weight', shape), bias ? w.put(g, 'bias', [shape[1]!]) : undefined], { kernel_shape: kernel, strides: kernel.map(() => stride) });
}

/** [B, C, H, W] -> [B, C, H / size, W / size], the largest of each window */
export function maxPool2d(g: GraphBuilder, x: Value, size: number): Value {
  return g.node('MaxPool', [x], { kernel_shape: [size, size], strides: [size, size] });
}

/** [B, C, H, W] -> [B, C, H / size, W / size], the mean of each window */
export function averagePool2d(g: GraphBuilder, x: Value, size: number): Value {
  return g.node('AveragePool', [x], { kernel_shape: [size, size], strides: [size, size] });
}

/** [B, C, H, W] -> [B, C, factor H, factor W], each value repeated */
export function upsampleNearest2d(g: GraphBuilder, x: Value, factor: number): Value {
  const scales = g.node('Cast', [g.ints([1, 1, factor, factor])], { to: 1 });
  return g.node('Resize', [x, undefined, scales], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' });
}

/** [B, C factor^2, H, W] -> [B, C, factor H, factor W]. Shi et al. 2016. */
export function pixelShuffle(g: GraphBuilder, x: Value, factor: number): Value {
  return g.node('DepthToSpace', [x], { blocksize: factor, mode: 'CRD' });
}
