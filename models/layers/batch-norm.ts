/** Batch normalisation with the statistics of training: a scale and a shift for each channel, known when the graph is built. Ioffe & Szegedy 2015. */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { convOf, type ConvOptions } from './conv';
import type { Weights } from './weights';

const EPSILON = 1e-5;

interface NormedConvOptions extends Omit<ConvOptions, 'bias'> {
  epsilon?: number;
}

/**
 * norm(conv(x)) as one convolution, [B, inputs, h, w] -> [B, outputs, h', w']. Keys of `w` weight [outputs, inputs / groups, K, K] and bias, if any; of `norm`
 * {weight, bias, running_mean, running_var} [outputs].
 */
export function normedConv(g: ModelGraph, x: Value, w: Weights, norm: Weights, shape: readonly number[], { epsilon = EPSILON, ...options }: NormedConvOptions = {}): Value {
  const [outputs] = shape as [number];
  const { scale, shift } = affine(norm, outputs, epsilon);
  const bias = w.has('bias') ? w.take('bias', [outputs]) : new Float32Array(outputs);
  const weight = w.derive(g, 'weight', 'normed', shape, (values) => values.map((value, i) => value * scale[Math.floor((i * outputs) / values.length)]!));
  const folded = norm.derive(g, 'bias', 'folded', [outputs], () => shift.map((value, i) => value + bias[i]! * scale[i]!));
  return convOf(g, x, weight, folded, shape, options);
}

/** [..., C] -> [..., C]. Keys {weight, bias, running_mean, running_var} [C]. */
export function batchNorm(g: ModelGraph, rows: Value, w: Weights, C: number): Value {
  const { scale, shift } = affine(w, C, EPSILON);
  return g.node('Add', [g.node('Mul', [rows, w.derive(g, 'weight', 'scale', [C], () => scale)]), w.derive(g, 'bias', 'shift', [C], () => shift)]);
}

/** [B, C, h, w] -> the same. Keys as `batchNorm`. */
export function batchNormFirst(g: ModelGraph, map: Value, w: Weights, C: number): Value {
  const { scale, shift } = affine(w, C, EPSILON);
  const scaled = g.node('Mul', [map, w.derive(g, 'weight', 'scale', [C], () => scale, [C, 1, 1])]);
  return g.node('Add', [scaled, w.derive(g, 'bias', 'shift', [C], () => shift, [C, 1, 1])]);
}

function affine(w: Weights, C: number, epsilon: number): { scale: Float32Array; shift: Float32Array } {
  const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((key) => w.take(key, [C])) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const scale = weight.map((value, i) => value / Math.sqrt(variance[i]! + epsilon));
  return { scale, shift: bias.map((value, i) => value - mean[i]! * scale[i]!) };
}
