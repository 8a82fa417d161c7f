/**
 * A whole model: SEMamba (Chao et al. 2024) as published on a quarter of a second of sound, random weights, beside the same model in stock operators, which take
 * gigabytes for more. Milliseconds over 250 are seconds of computing per second of sound.
 */
import { buildSEMamba } from '../../../models/architectures/se-mamba';
import type { Lowering } from '../../../models/graph/lowering/model-graph';
import { EXP_OPS, SILU_OPS, SOFTPLUS_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';
import { randomWeights, type Shapes } from '../weights';

const [C, E, N, R, K, BLOCKS, DENSE] = [64, 256, 16, 4, 4, 4, 4];
const [SAMPLES, HOP, BINS] = [4000, 100, 201];
const FRAMES = SAMPLES / HOP + 1;
const HALF = (BINS - 1) / 2; // bins between encoder and decoders

export const seMamba = (): Case[] => [
  {
    op: 'SEMamba',
    shape: '0.25 s of sound',
    elements: SAMPLES,
    inputs: () => ({ pcm: random([1, SAMPLES], 1) }),
    ours: lowered('native', 'native'),
    peers: [lowered('portable', 'portable')],
    work: { vectorOps: FRAMES * (BINS + 2 * HALF) * DENSE_OPS + FRAMES * HALF * BLOCKS * 2 * BOTH_WAYS_OPS, bytes: 4 * FRAMES * HALF * BLOCKS * 2 * 2 * E * 8 },
  },
];

/** Of one point of a map: convolutions of 3 x 3 that hear one to four maps. */
const DENSE_OPS = ((9 * DENSE * (DENSE + 1)) / 2) * C * C;
/** Of one point, both mixers along one axis and what joins them. */
const BOTH_WAYS_OPS = C * C + 2 * (C * 3 * E + E * (R + 2 * N) + R * E + E * (K + 2 * SILU_OPS + SOFTPLUS_OPS + N * (EXP_OPS + 4)));

function lowered(name: string, lowering: Lowering): Formulation {
  return { name, model: () => buildSEMamba(randomWeights(SE_MAMBA), lowering).onnx.toBytes() };
}

const upTo = (count: number) => [...Array(count).keys()];
const affine = (key: string, weight: readonly number[], bias: number): Shapes => ({ [`${key}.weight`]: weight, [`${key}.bias`]: [bias] });
const normed = (key: string, weight: readonly number[]): Shapes => ({ ...affine(`${key}.0`, weight, C), ...affine(`${key}.1`, [C], C), [`${key}.2.weight`]: [C] });
const all = (parts: readonly Shapes[]): Shapes => Object.assign({}, ...parts) as Shapes;

const mixer = (key: string): Shapes => ({
  [`${key}.A_log`]: [E, N], [`${key}.D`]: [E], [`${key}.in_proj.weight`]: [2 * E, C], ...affine(`${key}.conv1d`, [E, 1, K], E), [`${key}.x_proj.weight`]: [R + 2 * N, E],
  ...affine(`${key}.dt_proj`, [E, R], E), [`${key}.out_proj.weight`]: [C, E],
});

const block = (key: string): Shapes =>
  all(['time', 'freq'].flatMap((axis) => [
    ...['forward', 'backward'].map((way) => ({ [`${key}.${axis}_mamba.${way}_blocks.0.norm.weight`]: [C], ...mixer(`${key}.${axis}_mamba.${way}_blocks.0.mixer`) })),
    affine(`${key}.${axis[0]}linear`, [2 * C, C, 1], C),
  ]));

/** The published SEMamba: width 64, expanded four times, four blocks. */
export const SE_MAMBA: Shapes = all([
  normed('dense_encoder.dense_conv_1', [C, 2, 1, 1]), normed('dense_encoder.dense_conv_2', [C, C, 1, 3]),
  ...['dense_encoder', 'mask_decoder', 'phase_decoder'].flatMap((part) => upTo(DENSE).map((i) => normed(`${part}.dense_block.dense_block.${i}`, [C, C * (i + 1), 3, 3]))),
  ...upTo(BLOCKS).map((i) => block(`TSMamba.${i}`)),
  affine('mask_decoder.mask_conv.0', [C, C, 1, 3], C), affine('mask_decoder.mask_conv.1', [1, C, 1, 1], 1), affine('mask_decoder.mask_conv.2', [1], 1),
  { 'mask_decoder.mask_conv.3.weight': [1] }, affine('mask_decoder.mask_conv.4', [1, 1, 1, 1], 1), { 'mask_decoder.lsigmoid.slope': [BINS, 1] },
  normed('phase_decoder.phase_conv', [C, C, 1, 3]), affine('phase_decoder.phase_conv_r', [1, C, 1, 1], 1), affine('phase_decoder.phase_conv_i', [1, C, 1, 1], 1),
]);
