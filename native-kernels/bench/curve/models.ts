/** The models of the curve: Vim-Ti and DeiT-Ti, with random weights of the published sizes, and models of pictures with their own. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildModel } from '../../../models/architectures';
import { parseCard } from '../../../models/cards/card';
import { readSafetensors } from '../../../models/checkpoints/safetensors';
import { vimTiny } from '../cases/vim';
import { randomWeights, type Shapes } from '../weights';
import { buildDeit } from './deit';

export interface CurveModel {
  name: string;
  /** For one picture of side x side pixels. */
  build(side: number): { onnx: Uint8Array; large: boolean };
}

const KNOWN: readonly CurveModel[] = [
  { name: 'Vim-Ti', build: (side) => ({ onnx: vimTiny(side, 'native'), large: false }) },
  { name: 'DeiT-Ti', build: (side) => ({ onnx: deitTiny(side), large: false }) },
];

/** One of the above, or the model in a folder with card.json and model.safetensors. Throws as the files do. */
export function curveModel(name: string): CurveModel {
  const known = KNOWN.find((model) => model.name.toLowerCase() === name.toLowerCase());
  if (known) return known;
  const card = parseCard(JSON.parse(readFileSync(path.join(name, 'card.json'), 'utf8')));
  const build = (side: number) => {
    const { onnx, large = false } = buildModel(card, readSafetensors(readFileSync(path.join(name, 'model.safetensors'))), 'native', side);
    return { onnx: onnx.toBytes(), large };
  };
  return { name: card.name, build };
}

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
