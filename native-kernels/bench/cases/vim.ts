/** A whole model: Vim-Ti (24 layers, D 192) on one picture of 224 x 224 pixels, random weights, beside the same model in stock operators. */
import { buildVim } from '../../../models/architectures/vim';
import type { Lowering } from '../../../models/graph/lowering/model-graph';
import { EXP_OPS, SILU_OPS, SOFTPLUS_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';
import { randomWeights, type Shapes } from '../weights';

const [DEPTH, D, N, R, K, CLASSES, SIDE, PATCH] = [24, 192, 16, 12, 4, 1000, 224, 16];
const E = 2 * D;
const L = (SIDE / PATCH) ** 2 + 1;

export const vim = (): Case[] => [
  {
    op: 'Vim-Ti',
    shape: `${SIDE}x${SIDE} L=${L} D=${D}`,
    elements: SIDE * SIDE,
    inputs: () => ({ image: random([1, 3, SIDE, SIDE], 1) }),
    ours: lowered('native', 'native'),
    peers: [lowered('portable', 'portable')],
    work: { vectorOps: DEPTH * L * LAYER_OPS + L * D * 3 * PATCH * PATCH, bytes: 4 * DEPTH * (LAYER_VALUES + L * E * 8) },
  },
];

/** Of one position: both directions scan all channels and states. */
const WAY_OPS = E * (K + SILU_OPS + SOFTPLUS_OPS + N * (EXP_OPS + 4)) + E * (R + 2 * N) + R * E;
const LAYER_OPS = D * 2 * E + E * D + 2 * WAY_OPS + E * SILU_OPS;
const LAYER_VALUES = 3 * D * E + 2 * E * (2 * R + 3 * N + K);

function lowered(name: string, lowering: Lowering): Formulation {
  return { name, model: () => vimTiny(SIDE, lowering) };
}

/** Vim-Ti for pictures of side x side pixels, a multiple of 32. */
export function vimTiny(side: number, lowering: Lowering): Uint8Array {
  return buildVim(randomWeights(vimShapes((side / PATCH) ** 2 + 1)), lowering).onnx.toBytes();
}

function vimShapes(positions: number): Shapes {
  const shapes: Record<string, readonly number[]> = { cls_token: [1, 1, D], pos_embed: [1, positions, D], 'patch_embed.proj.weight': [D, 3, PATCH, PATCH], 'patch_embed.proj.bias': [D] };
  for (let i = 0; i < DEPTH; i++) {
    const layer = `layers.${i}`;
    Object.assign(shapes, { [`${layer}.norm.weight`]: [D], [`${layer}.mixer.in_proj.weight`]: [2 * E, D], [`${layer}.mixer.out_proj.weight`]: [D, E] });
    for (const [own, A, skip] of [['', 'A_log', 'D'], ['_b', 'A_b_log', 'D_b']] as const) {
      const way = { [A]: [E, N], [skip]: [E], [`conv1d${own}.weight`]: [E, 1, K], [`conv1d${own}.bias`]: [E], [`x_proj${own}.weight`]: [R + 2 * N, E], [`dt_proj${own}.weight`]: [E, R], [`dt_proj${own}.bias`]: [E] };
      for (const [key, shape] of Object.entries(way)) shapes[`${layer}.mixer.${key}`] = shape;
    }
  }
  Object.assign(shapes, { 'norm_f.weight': [D], 'head.weight': [CLASSES, D], 'head.bias': [CLASSES] });
  return shapes;
}
