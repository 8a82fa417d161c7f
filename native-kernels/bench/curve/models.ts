/** The models of the curve, with random weights of the published sizes. */
import { vimTiny } from '../cases/vim';
import { randomWeights, type Shapes } from '../weights';
import { buildDeit } from './deit';

export interface CurveModel {
  name: string;
  /** For one picture of side x side pixels. */
  build(side: number): Uint8Array;
}

export const CURVE_MODELS: readonly CurveModel[] = [
  { name: 'Vim-Ti', build: (side) => vimTiny(side, 'native') },
  { name: 'DeiT-Ti', build: deitTiny },
];

/** Touvron et al. 2021: 12 blocks of width 192, 3 heads, MLP of four times the width. */
const [DEPTH, D, HEADS, PATCH, CLASSES] = [12, 192, 3, 16, 1000];

function deitTiny(side: number): Uint8Array {
  const norm = { weight: [D], bias: [D] };
  const block = {
    ...scoped('norm1', norm),
    ...scoped('attn', { 'qkv.weight': [3 * D, D], 'qkv.bias': [3 * D], 'proj.weight': [D, D], 'proj.bias': [D] }),
    ...scoped('norm2', norm),
    ...scoped('mlp', { 'fc1.weight': [4 * D, D], 'fc1.bias': [4 * D], 'fc2.weight': [D, 4 * D], 'fc2.bias': [D] }),
  };
  const blocks = Array.from({ length: DEPTH }, (_, i) => scoped(`blocks.${i}`, block));
  const ends = { 'patch_embed.proj.weight': [D, 3, PATCH, PATCH], 'patch_embed.proj.bias': [D], cls_token: [1, 1, D], pos_embed: [1, (side / PATCH) ** 2 + 1, D] };
  return buildDeit(randomWeights(Object.assign({ ...ends, ...scoped('norm', norm), 'head.weight': [CLASSES, D], 'head.bias': [CLASSES] }, ...blocks)), side, HEADS);
}

const scoped = (scope: string, shapes: Shapes): Shapes => Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${scope}.${name}`, shape]));
