/**
 * PFVM: super-resolution by four-way scans and a parameter-free attention. Team of the NTIRE 2024 challenge on efficient
 * super-resolution; scans: Liu et al. 2024, "VMamba"; attention: Wan et al. 2024, "Swift Parameter-free Attention Network".
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import type { Lowering, ModelGraph } from '../graph/lowering/model-graph';
import { silu } from '../layers/activations';
import { conv } from '../layers/conv';
import { channelsFirst, channelsLast } from '../layers/layout';
import { layerNorm } from '../layers/norms';
import { ss2d } from '../layers/ss2d';
import type { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';
import { buildSuperResolution, residualGroups, type Body } from './super-resolution';

export function buildPfvm(weights: WeightMap, lowering: Lowering): BuiltModel {
  return buildSuperResolution('pfvm', weights, lowering, residualGroups(block), 'norm');
}

/** Each skip is scaled by a factor for each channel. */
const block: Body = (g, x, w, C) => {
  const scaled = (value: Value, key: string) => g.node('Mul', [value, w.put(g, key, [C])]);
  const scanned = g.node('Add', [scaled(x, 'skip_scale'), ss2d(g, layerNorm(g, x, w.at('ln_1'), C), w.at('self_attention'), C)]);
  const attended = attention(g, layerNorm(g, scanned, w.at('ln_2'), C), w.at('conv_blk.conv3x3'), C);
  return g.node('Add', [g.node('Add', [scaled(scanned, 'skip_scale2'), attended]), scaled(x, 'skip_scale3')]);
};

/** (o + x) (sigmoid(o) - 1/2) with o = SiLU(conv 3x3 of x) */
function attention(g: ModelGraph, rows: Value, w: Weights, C: number): Value {
  const x = channelsFirst(g, rows);
  const o = silu(g, conv(g, x, w, [C, C, 3, 3], { padding: 1 }));
  const weight = g.node('Sub', [g.node('Sigmoid', [o]), g.scalar(0.5)]);
  return channelsLast(g, g.node('Mul', [g.node('Add', [o, x]), weight]));
}
