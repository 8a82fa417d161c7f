/**
 * DVMSR: super-resolution by Mamba blocks that read the picture row by row. Lei, Zhang et al. 2024, "DVMSR: Distillated Vision Mamba for
 * Efficient Super-Resolution".
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Lowering } from '../graph/lowering/model-graph';
import { sequence, unsequence } from '../layers/layout';
import { mamba } from '../layers/mamba';
import { layerNorm } from '../layers/norms';
import type { BuiltModel } from './built-model';
import { buildSuperResolution, residualGroups, type Body } from './super-resolution';

export function buildDvmsr(weights: WeightMap, lowering: Lowering): BuiltModel {
  return buildSuperResolution('dvmsr', weights, lowering, residualGroups(block), 'norm_f');
}

/** mixer(norm(x)): without a skip of its own, the group has it */
const block: Body = (g, rows, w, C) => {
  const tokens = sequence(g, layerNorm(g, rows, w.at('norm'), C), C);
  return unsequence(g, mamba(g, tokens, w.at('mixer'), C), rows);
};
