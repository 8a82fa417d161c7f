/** Normalisation over the last axis, or over groups of channels. */
import type { GraphBuilder, Value } from '../graph/graph-builder';
import type { Weights } from './weights';

/** x / sqrt(mean(x^2) + eps) * weight. Zhang & Sennrich 2019. */
export function rmsNorm(g: GraphBuilder, x: Value, w: Weights, width: number, epsilon = 1e-5): Value {
  return g.node('SimplifiedLayerNormalization', [x, w.put(g, 'weight', [width])], { epsilon: { float: epsilon } });
}

/** The same without the weight. */
export function unitRms(g: GraphBuilder, x: Value, width: number, epsilon = 1e-5): Value {
  return g.node('SimplifiedLayerNormalization', [x, g.filled(1, width)], { epsilon: { float: epsilon } });
}

/** (x - mean) / sqrt(variance + eps) * weight + bias. Ba et al. 2016. */
export function layerNorm(g: GraphBuilder, x: Value, w: Weights, width: number, epsilon = 1e-5): Value {
  return g.node('LayerNormalization', [x, w.put(g, 'weight', [width]), w.put(g, 'bias', [width])], { epsilon: { float: epsilon } });
}

/** [B, C, ...] -> the same: each of `groups` parts of the channels normed over all its values, then scaled and shifted by channel. Wu & He 2018. */
export function groupNorm(g: GraphBuilder, x: Value, w: Weights, C: number, groups: number, epsilon = 1e-5): Value {
  return g.node('GroupNormalization', [x, w.put(g, 'weight', [C]), w.put(g, 'bias', [C])], { num_groups: groups, epsilon: { float: epsilon } });
}

/** [B, C, h, w] -> the same: each channel of each picture normed over its positions, then scaled and shifted where there are weights. Ulyanov et al. 2016. */
export function instanceNorm(g: GraphBuilder, x: Value, w: Weights, C: number, epsilon = 1e-5): Value {
  const [scale, shift] = w.has('weight') ? [w.put(g, 'weight', [C]), w.put(g, 'bias', [C])] : [g.filled(1, C), g.filled(0, C)];
  return g.node('InstanceNormalization', [x, scale, shift], { epsilon: { float: epsilon } });
}
