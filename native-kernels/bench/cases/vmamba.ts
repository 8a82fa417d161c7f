/** A whole model: VMamba-T on one picture of 224 x 224 pixels, random weights, beside the same model in stock operators. */
import { buildVMamba } from '../../../models/architectures/vmamba';
import type { Lowering } from '../../../models/graph/lowering/model-graph';
import { EXP_OPS, SILU_OPS, SOFTPLUS_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';
import { randomWeights, type Shapes } from '../weights';

const [SIDE, CLASSES, SCANS, N] = [224, 1000, 4, 1];
/** Width, blocks and side of the map. */
const STAGES: readonly (readonly [C: number, depth: number, side: number])[] = [[96, 2, 56], [192, 2, 28], [384, 8, 14], [768, 2, 7]];

export const vmamba = (): Case[] => [
  {
    op: 'VMamba-T',
    shape: `${SIDE}x${SIDE}`,
    elements: SIDE * SIDE,
    inputs: () => ({ image: random([1, 3, SIDE, SIDE], 1) }),
    ours: lowered('native', 'native'),
    peers: [lowered('portable', 'portable')],
    work: work(),
  },
];

function lowered(name: string, lowering: Lowering): Formulation {
  return { name, model: () => buildVMamba(randomWeights(shapes()), lowering).onnx.toBytes() };
}

/** Of the blocks; what lies between them is a twentieth. */
function work(): Case['work'] {
  let [vectorOps, values] = [0, 0];
  for (const [C, depth, side] of STAGES) {
    const weights = sizeOf(blockShapes(C));
    vectorOps += depth * side * side * (weights + SCANS * C * (SOFTPLUS_OPS + N * (EXP_OPS + 4)) + C * SILU_OPS + 4 * C * 2 * EXP_OPS);
    values += depth * (weights + side * side * C * 20);
  }
  return { vectorOps, bytes: 4 * values };
}

function shapes(): Shapes {
  const narrow = STAGES[0]![0];
  const all: Record<string, readonly number[]> = { 'patch_embed.0.weight': [narrow / 2, 3, 3, 3], 'patch_embed.0.bias': [narrow / 2], 'patch_embed.5.weight': [narrow, narrow / 2, 3, 3], 'patch_embed.5.bias': [narrow] };
  Object.assign(all, norm('patch_embed.2', narrow / 2), norm('patch_embed.7', narrow));
  for (const [s, [C, depth]] of STAGES.entries()) {
    for (let b = 0; b < depth; b++) for (const [key, shape] of Object.entries(blockShapes(C))) all[`layers.${s}.blocks.${b}.${key}`] = shape;
    if (s === STAGES.length - 1) return { ...all, ...norm('classifier.norm', C), 'classifier.head.weight': [CLASSES, C], 'classifier.head.bias': [CLASSES] };
    Object.assign(all, { [`layers.${s}.downsample.1.weight`]: [2 * C, C, 3, 3], [`layers.${s}.downsample.1.bias`]: [2 * C] }, norm(`layers.${s}.downsample.3`, 2 * C));
  }
  return all;
}

function blockShapes(C: number): Shapes {
  const R = C / 16;
  return {
    ...norm('norm', C), ...norm('norm2', C), ...norm('op.out_norm', C),
    'op.in_proj.weight': [C, C], 'op.conv2d.weight': [C, 1, 3, 3], 'op.out_proj.weight': [C, C],
    'op.x_proj_weight': [SCANS, R + 2 * N, C], 'op.dt_projs_weight': [SCANS, C, R], 'op.dt_projs_bias': [SCANS, C], 'op.A_logs': [SCANS * C, N], 'op.Ds': [SCANS * C],
    'mlp.fc1.weight': [4 * C, C], 'mlp.fc1.bias': [4 * C], 'mlp.fc2.weight': [C, 4 * C], 'mlp.fc2.bias': [C],
  };
}

function norm(key: string, C: number): Shapes {
  return { [`${key}.weight`]: [C], [`${key}.bias`]: [C] };
}

function sizeOf(of: Shapes): number {
  return Object.values(of).reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0);
}
