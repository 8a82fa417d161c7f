/** A whole model in a live stream: aTENNuate (Pei et al. 2024) as published, one hop of 256 samples, 16 ms of sound; random weights, beside the same model in stock operators. */
import { buildATENNuate } from '../../../models/architectures/atennuate';
import type { WeightMap, WeightTensor } from '../../../models/checkpoints/safetensors';
import type { Lowering } from '../../../models/graph/lowering/model-graph';
import type { Tensor } from '../../lib';
import type { Case, Formulation } from '../case';
import { random } from '../tensors';

const [N, HOP] = [256, 256];
const CHANNELS = [1, 16, 32, 64, 96, 128, 256];
const FACTORS = [4, 4, 2, 2, 2, 2];
const LEVELS = FACTORS.length;
const frames = (level: number) => HOP / FACTORS.slice(0, level).reduce((product, factor) => product * factor, 1);

export const atennuate = (): Case[] => [
  {
    op: 'aTENNuate',
    shape: `hop of ${HOP}`,
    elements: HOP,
    inputs,
    output: 'enhanced',
    ours: lowered('native', 'native'),
    peers: [lowered('portable', 'portable')],
    work: { vectorOps: blocks().reduce((sum, level) => sum + blockOps(level), 0), bytes: 4 * (weightCount() + 2 * blocks().length * 2 * N) },
  },
];

function lowered(name: string, lowering: Lowering): Formulation {
  return { name, model: () => buildATENNuate(weights(), lowering).onnx.toBytes() };
}

/** The levels of the blocks: down, hidden, up, last. */
const blocks = () => [...FACTORS.keys(), LEVELS, LEVELS, ...FACTORS.keys(), 0, 0];

/** Into the states, one complex product each and out of them. */
const blockOps = (level: number) => frames(level) * N * (2 * CHANNELS[level]! + 4);

/** In the middle of a stream: states that are not zero. */
function inputs(): Record<string, Tensor> {
  const { states } = buildATENNuate(weights(), 'native');
  const whole = (value: number): Tensor => ({ type: 'float32', dims: [1], data: Float32Array.of(value) });
  const carried = states.map(({ input, dims }, i): [string, Tensor] => [input, input === 'position' ? whole(8 * HOP) : random(dims, i, -0.1, 0.1)]);
  return { pcm: random([1, HOP], 1, -0.3, 0.3), remaining: whole(1e9), ...Object.fromEntries(carried) };
}

function shapes(): Record<string, number[]> {
  const all: Record<string, number[]> = {};
  const block = (name: string, C: number, normed = true) => {
    const layer = C > 1 ? 1 : 0;
    if (C > 1) Object.assign(all, { [`${name}.0.weight`]: [C, 1, 3], [`${name}.0.bias`]: [C] });
    if (C > 1 && normed) Object.assign(all, { [`${name}.2.layer_norm.weight`]: [C], [`${name}.2.layer_norm.bias`]: [C] });
    Object.assign(all, { [`${name}.${layer}.log_dt`]: [N], [`${name}.${layer}.A`]: [N, 2], [`${name}.${layer}.B`]: [N, C], [`${name}.${layer}.C`]: [C, N] });
  };
  for (const [k, factor] of FACTORS.entries()) {
    const [C, deeper] = [CHANNELS[k]!, CHANNELS[k + 1]!];
    block(`down_ssms.${k}.0`, C);
    block(`up_ssms.${k}.1`, C);
    Object.assign(all, { [`down_ssms.${k}.1.weight`]: [C, deeper, factor], [`up_ssms.${k}.0.weight`]: [deeper, C, factor] });
  }
  for (let i = 0; i < 2; i++) {
    block(`hid_ssms.${i}`, CHANNELS[LEVELS]!);
    block(`last_ssms.${i}`, 1);
  }
  return all;
}

const weightCount = () => Object.values(shapes()).reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0);

function weights(): WeightMap {
  return new Map(Object.entries(shapes()).map(([name, shape], i): [string, WeightTensor] => {
    const width = 1 / Math.sqrt(shape.at(-1)!);
    const range: [number, number] = name.endsWith('log_dt') ? [-7, -1] : name.endsWith('.A') ? [-1, 3] : [-width, width];
    return [name, { name, shape, dtype: 'F32', toFloat32: () => random(shape, i, ...range).data as Float32Array }];
  }));
}
