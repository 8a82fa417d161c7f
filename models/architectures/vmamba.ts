/**
 * VMamba: four stages of blocks that scan the map along four paths; each stage but the last halves the sides behind itself. Liu et al. 2024,
 * "VMamba: Visual State Space Model". Which of its versions a checkpoint is shows in its tensors: a gate and states of 16 in the first, neither in
 * the later ones, with an MLP behind each scan.
 *
 * Glossary: B images, H x W pixels, h x w positions of a stage, C channels of a stage.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { gelu } from '../layers/activations';
import { conv } from '../layers/conv';
import { channelsFirst, channelsLast } from '../layers/layout';
import { linear } from '../layers/linear';
import { mlp } from '../layers/mlp';
import { layerNorm } from '../layers/norms';
import { mergedPatches } from '../layers/patches';
import { ss2d } from '../layers/ss2d';
import { upernet } from '../layers/upernet';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';
import { withCurrentNames } from './vmamba-names';

const COLOURS = 3;
export const IMAGE = { name: 'image', dims: ['batch', COLOURS, 'height', 'width'] };

/** Input image [B, 3, H, W], sides multiples of 32; output logits [B, classes]. Throws ModelError BAD_WEIGHTS. */
export function buildVMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(withCurrentNames(weights));
  const g = new ModelGraph('vmamba', lowering);
  const last = vmambaStages(g, g.input(IMAGE.name, IMAGE.dims), w).at(-1)!;
  const { norm, head } = { norm: w.at('classifier.norm'), head: w.at('classifier.head') };
  const [classes] = head.dims('bias', 1);
  const pooled = g.node('ReduceMean', [layerNorm(g, last.rows, norm, last.C), g.ints([1, 2])], { keepdims: 0 });
  const output = { name: 'logits', dims: ['batch', classes] };
  g.output(output.name, linear(g, pooled, head, [classes, last.C]), output.dims);
  return { onnx: g.toOnnx(), inputs: [IMAGE], outputs: [output], states: [], unused: w.unused() };
}

/**
 * With UperNet: input image [B, 3, H, W], of any sides; output logits [B, classes, h, w], sides a quarter of the image's, rounded up. Keys backbone.*, with
 * outnorm0..3, and decode_head.*; the auxiliary head of training is left out.
 */
export function buildVMambaUperNet(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(withCurrentNames(weights));
  const g = new ModelGraph('vmamba-upernet', lowering);
  const backbone = w.at('backbone');
  const maps = vmambaStages(g, g.input(IMAGE.name, IMAGE.dims), backbone).map(({ rows, C }, s) => ({ map: channelsFirst(g, layerNorm(g, rows, backbone.at(`outnorm${s}`), C)), C }));
  const head = w.at('decode_head');
  const output = { name: 'logits', dims: ['batch', head.dims('conv_seg.bias', 1)[0], 'rows', 'columns'] };
  g.output(output.name, upernet(g, maps, head), output.dims);
  return { onnx: g.toOnnx(), inputs: [IMAGE], outputs: [output], states: [], unused: w.unused().filter((key) => !key.startsWith('auxiliary_head.')) };
}

export interface Stage {
  rows: Value; // [B, h, w, C]
  C: number;
}

/** What each stage gives, before its sides are halved: at 1/4, 1/8, 1/16 and 1/32 of the image's. */
export function vmambaStages(g: ModelGraph, image: Value, w: Weights): Stage[] {
  let rows = patchEmbedding(g, image, w.at('patch_embed'));
  const stages: Stage[] = [];
  for (let s = 0; s < w.count('layers'); s++) {
    const stage = w.at(`layers.${s}`);
    const [C] = stage.dims('blocks.0.norm.weight', 1);
    for (let b = 0; b < stage.count('blocks'); b++) rows = block(g, rows, stage.at(`blocks.${b}`), C);
    stages.push({ rows, C });
    if (s + 1 < w.count('layers')) rows = halved(g, rows, stage.at('downsample'), C);
  }
  return stages;
}

/** x + SS2D(norm(x)), then x + MLP(norm(x)) where there is one */
function block(g: ModelGraph, x: Value, w: Weights, C: number): Value {
  const scanned = g.node('Add', [x, ss2d(g, layerNorm(g, x, w.at('norm'), C), w.at('op'), C)]);
  if (!w.has('norm2.weight')) return scanned;
  return g.node('Add', [scanned, mlp(g, layerNorm(g, scanned, w.at('norm2'), C), w.at('mlp'), C)]);
}

/** [B, 3, H, W] -> [B, H/4, W/4, C]: one convolution 4x4, or two 3x3 that halve the sides each, normed. */
function patchEmbedding(g: ModelGraph, image: Value, w: Weights): Value {
  const [C, , kernel] = w.dims('0.weight', 4);
  if (!w.has('5.weight')) {
    return layerNorm(g, channelsLast(g, conv(g, image, w.at('0'), [C, COLOURS, kernel, kernel], { stride: kernel })), w.at('2'), C);
  }
  const small = gelu(g, layerNorm(g, halvedByConv(g, image, w.at('0'), COLOURS, C), w.at('2'), C));
  const [wide] = w.dims('5.bias', 1);
  return layerNorm(g, halvedByConv(g, channelsFirst(g, small), w.at('5'), C, wide), w.at('7'), wide);
}

/** [B, h, w, C] -> [B, h/2, w/2, C']: a convolution and its norm (1, 3), or the four neighbours side by side, normed and mapped (1, 2). */
function halved(g: ModelGraph, rows: Value, w: Weights, C: number): Value {
  if (w.has('2.weight')) return mergedPatches(g, rows, w.at('1'), w.at('2'), C);
  const [to] = w.dims('1.bias', 1);
  return layerNorm(g, halvedByConv(g, channelsFirst(g, rows), w.at('1'), C, to), w.at('3'), to);
}

/** [B, from, h, w] -> [B, h/2, w/2, to]: 2x2 without padding, or 3x3 with one pixel of it */
function halvedByConv(g: ModelGraph, map: Value, w: Weights, from: number, to: number): Value {
  const [, , kernel] = w.dims('weight', 4);
  return channelsLast(g, conv(g, map, w, [to, from, kernel, kernel], { stride: 2, padding: kernel === 2 ? 0 : 1 }));
}
