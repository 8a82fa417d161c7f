/** Normalisation over the last axis, or over groups of channels. */
import type { GraphBuilder, Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import type { Weights } from './weights';

/** x / sqrt(mean(x^2) + eps) * weight. Zhang & Sennrich 2019. */
export function rmsNorm(g: GraphBuilder, x: Value, w: Weights, width: number, epsilon = 1e-5): Value {
  return g.node('SimplifiedLayerNormalization', [x, w.put(g, 'weight', [width])], { epsilon: { float: epsilon } });
}

/** The same of x silu(z). Dao & Gu 2024. */
export function gatedRmsNorm(g: ModelGraph, x: Value, z: Value, w: Weights, width: number, epsilon = 1e-5): Value {
  return g.ops.gatedRmsNorm(g, { x, z, weight: w.put(g, 'weight', [width]) }, { epsilon });
}

/** `rmsNorm` without the weight. */
export function unitRms(g: GraphBuilder, x: Value, width: number, epsilon = 1e-5): Value {
  return g.node('SimplifiedLayerNormalization', [x, g.filled(1, width)], { epsilon: { float: epsilon } });
}

/** (x - mean) / sqrt(variance + eps) * weight + bias. Ba et al. 2016. */
export function layerNorm(g: GraphBuilder, x: Value, w: Weights, width: number, epsilon = 1e-5): Value {
  return g.node('LayerNormalization', [x, w.put(g, 'weight', [width]), w.put(g, 'bias', [width])], { epsilon: { float: epsilon } });
}

/**
 * [B, C, h, w] -> the same: each of `groups` parts of the channels normed over all its values, then scaled and shifted by channel. Wu & He 2018.
 * Not ONNX's GroupNormalization, whose sums over large maps lose digits: here sums are of rows, then of their means.
 */
export function groupNorm(g: GraphBuilder, x: Value, w: Weights, C: number, groups: number, epsilon = 1e-5): Value {
  const columns = g.node('Shape', [x], { start: 3, end: 4 });
  const rows = g.node('Reshape', [x, g.node('Concat', [g.ints([0, groups, -1]), columns], { axis: 0 })]); // [B, groups, C / groups h, w]
  const mean = (value: Value) => g.node('ReduceMean', [g.node('ReduceMean', [value, g.ints([3])]), g.ints([2])]);
  const centred = g.node('Sub', [rows, mean(rows)]);
  const deviation = g.node('Sqrt', [g.node('Add', [mean(g.node('Mul', [centred, centred])), g.filled(epsilon, 1)])]);
  const normed = g.node('Reshape', [g.node('Div', [centred, deviation]), g.node('Shape', [x])]);
  return g.node('Add', [g.node('Mul', [normed, w.put(g, 'weight', [C], [C, 1, 1])]), w.put(g, 'bias', [C], [C, 1, 1])]);
}

/** [B, C, h, w] -> the same: each channel of each picture normed over its positions, then scaled and shifted where there are weights. Ulyanov et al. 2016. */
export function instanceNorm(g: GraphBuilder, x: Value, w: Weights, C: number, epsilon = 1e-5): Value {
  const [scale, shift] = w.has('weight') ? [w.put(g, 'weight', [C]), w.put(g, 'bias', [C])] : [g.filled(1, C), g.filled(0, C)];
  return g.node('InstanceNormalization', [x, scale, shift], { epsilon: { float: epsilon } });
}
