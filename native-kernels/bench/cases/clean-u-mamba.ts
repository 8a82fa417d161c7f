/**
 * A whole model in a live stream: CleanUMamba (Groot et al. 2024) on one hop of 256 samples, 16 ms of sound, in its small and its full published size; random weights,
 * beside the same model in stock operators.
 */
import { buildCleanUMamba } from '../../../models/architectures/clean-u-mamba';
import type { Lowering } from '../../../models/graph/lowering/model-graph';
import type { Tensor } from '../../lib';
import { EXP_OPS, SILU_OPS, SOFTPLUS_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';
import { randomWeights, type Shapes } from '../weights';

const [LEVELS, KERNEL, STRIDE, LAYERS, TAPS] = [8, 4, 2, 3, 4];
const HOP = STRIDE ** LEVELS;

interface Size {
  name: string;
  widths: [first: number, most: number]; // of the levels, each twice as wide as the one before
  D: number;
  E: number;
  N: number;
}

const SIZES: readonly Size[] = [
  { name: '0.4 M weights', widths: [32, 64], D: 64, E: 128, N: 16 },
  { name: '41 M weights', widths: [64, 768], D: 512, E: 2048, N: 64 },
];

export const cleanUMamba = (): Case[] =>
  SIZES.map((size) => {
    const all = shapes(size);
    const lowered = (name: string, lowering: Lowering): Formulation => ({ name, model: () => buildCleanUMamba(randomWeights(all), lowering).onnx.toBytes() });
    return {
      op: 'CleanUMamba',
      shape: `hop of ${HOP}, ${size.name}`,
      elements: HOP,
      inputs: () => inputs(all),
      output: 'enhanced',
      ours: lowered('native', 'native'),
      peers: [lowered('portable', 'portable')],
      work: work(size, all),
    };
  });

/** In the middle of a stream: what comes out is 2 frames a level behind what goes in. */
function inputs(all: Shapes): Record<string, Tensor> {
  const late = KERNEL - STRIDE;
  const waiting = (name: string): number => (name.includes('.skip') ? late * (2 ** Number(/\d+/.exec(name)![0]) - 1) : late);
  const states = buildCleanUMamba(randomWeights(all), 'native').states.map(({ input, dims }, i): [string, Tensor] => [input, random(dims.map((dim) => (dim === 0 ? waiting(input) : dim)), i, -0.1, 0.1)]);
  return { pcm: random([1, HOP], 1, -2, 2), remaining: { type: 'float32', dims: [1], data: Float32Array.of(1e9) }, ...Object.fromEntries(states) };
}

/** Each weight of a level counts once for each of its frames. */
function work({ E, N }: Size, all: Shapes): Case['work'] {
  const scans = LAYERS * E * (2 * SILU_OPS + SOFTPLUS_OPS + N * (EXP_OPS + 4));
  const products = Object.entries(all).reduce((sum, [name, shape]) => sum + framesOf(name) * sizeOf(shape), 0);
  return { vectorOps: products + scans, bytes: 4 * Object.values(all).reduce((sum, shape) => sum + sizeOf(shape), 0) };
}

function framesOf(name: string): number {
  const [, part, level] = /^(encoder|decoder)\.(\d+)/.exec(name) ?? [];
  if (part === undefined) return 1;
  return HOP / STRIDE ** (part === 'encoder' ? Number(level) + 1 : LEVELS - Number(level));
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);
const affine = (key: string, weight: readonly number[], bias = weight[0]!): Shapes => ({ [`${key}.weight`]: weight, [`${key}.bias`]: [bias] });

function shapes({ widths: [first, most], D, E, N }: Size): Shapes {
  const R = Math.ceil(D / 16);
  const parts: Shapes[] = [];
  for (let i = 0; i < LEVELS; i++) {
    const [before, width] = [i === 0 ? 1 : Math.min(most, first * 2 ** (i - 1)), Math.min(most, first * 2 ** i)];
    const mirrored = `decoder.${LEVELS - 1 - i}`;
    parts.push(affine(`encoder.${i}.0`, [width, before, KERNEL]), affine(`encoder.${i}.2`, [2 * width, width, 1]));
    parts.push(affine(`${mirrored}.0`, [2 * width, width, 1]), affine(`${mirrored}.2`, [width, before, KERNEL], before));
  }
  const deepest = Math.min(most, first * 2 ** (LEVELS - 1));
  parts.push(affine('tsfm_conv1', [D, deepest, 1]), affine('tsfm_conv2', [deepest, D, 1]), affine('norm_f', [D]));
  for (let i = 0; i < LAYERS; i++) {
    const mixer = `tsfm_Mamba_layers.${i}.mixer`;
    parts.push(affine(`tsfm_Mamba_layers.${i}.norm`, [D]), affine(`${mixer}.conv1d`, [E, 1, TAPS]), affine(`${mixer}.dt_proj`, [E, R]));
    parts.push({ [`${mixer}.A_log`]: [E, N], [`${mixer}.D`]: [E], [`${mixer}.in_proj.weight`]: [2 * E, D], [`${mixer}.x_proj.weight`]: [R + 2 * N, E], [`${mixer}.out_proj.weight`]: [D, E] });
  }
  return Object.assign({}, ...parts) as Shapes;
}
