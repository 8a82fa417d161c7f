/**
 * Vim: an image classifier of Mamba blocks that read the sequence of patches both ways. Zhu et al. 2024, "Vision Mamba: Efficient Visual
 * Representation Learning with Bidirectional State Space Model" (bimamba v2, the class token in the middle of the sequence).
 *
 * Glossary: B images, M patches of P x P pixels whose corners are `stride` apart, D width.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { gelu } from '../layers/activations';
import { batchNormFirst } from '../layers/batch-norm';
import { withClassToken } from '../layers/class-token';
import { conv, convTranspose, maxPool2d } from '../layers/conv';
import { linear } from '../layers/linear';
import { bidirectionalMamba } from '../layers/mamba';
import { rmsNorm } from '../layers/norms';
import { upernet, type FeatureMap } from '../layers/upernet';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

/** Input image [B, 3, side, side], normalised; output logits [B, classes]. Throws ModelError BAD_WEIGHTS. */
export function buildVim(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('vim', lowering);
  const { D, grid, input, patches } = patchEmbedding(g, w, 1);
  const middle = Math.floor(grid ** 2 / 2);
  let x = g.node('Add', [withClassToken(g, patches, middle, w, D), w.put(g, 'pos_embed', [1, grid ** 2 + 1, D])]);
  for (let i = 0; i < w.count('layers'); i++) x = g.node('Add', [x, layer(g, x, w.at(`layers.${i}`), D)]);
  const [classes] = w.dims('head.bias', 1);
  const token = g.node('Squeeze', [g.node('Slice', [x, g.ints([middle]), g.ints([middle + 1]), g.ints([1])]), g.ints([1])]); // [B, D]
  const output = { name: 'logits', dims: ['batch', classes] };
  g.output(output.name, linear(g, rmsNorm(g, token, w.at('norm_f'), D), w.at('head'), [classes, D]), output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused: w.unused() };
}

/**
 * With UperNet (Xiao et al. 2018): no class token; of four layers, evenly spaced, what the mixer gives before it is added makes a pyramid of maps. Input image
 * [B, 3, side, side]; output logits [B, classes, side / 4, side / 4] for patches of 16 pixels. Keys backbone.*, decode_head.*; norm_f and the auxiliary head are not used.
 */
export function buildVimUperNet(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('vim-upernet', lowering);
  const backbone = w.at('backbone');
  const { D, grid, input, patches } = patchEmbedding(g, backbone, 0);
  const depth = backbone.count('layers');
  let x = g.node('Add', [patches, backbone.put(g, 'pos_embed', [1, grid ** 2, D])]);
  const taken: Value[] = [];
  for (let i = 0; i < depth; i++) {
    const mixed = layer(g, x, backbone.at(`layers.${i}`), D);
    if ((i + 1) % (depth / LEVELS) === 0) taken.push(g.node('Reshape', [g.node('Transpose', [mixed], { perm: [0, 2, 1] }), g.ints([0, 0, grid, grid])]));
    x = g.node('Add', [x, mixed]);
  }
  if (taken.length !== LEVELS) throw backbone.misshapen('norm_f.weight', `one of a backbone whose layers are a multiple of ${LEVELS}, not ${depth}`);
  const [classes] = w.dims('decode_head.conv_seg.bias', 1);
  const output = { name: 'logits', dims: ['batch', classes, 'rows', 'columns'] };
  g.output(output.name, upernet(g, pyramid(g, taken, backbone, D), w.at('decode_head')), output.dims);
  const unused = w.unused().filter((key) => key !== 'backbone.norm_f.weight' && !key.startsWith('auxiliary_head.'));
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused };
}

const LEVELS = 4;

/** The first map with its sides four times as long, the second twice, the last half. */
function pyramid(g: ModelGraph, [first, second, third, last]: readonly Value[], w: Weights, D: number): FeatureMap[] {
  const doubled = (x: Value, key: string) => convTranspose(g, x, w.at(key), [D, D, 2, 2], 2, { bias: true });
  const finest = doubled(gelu(g, batchNormFirst(g, doubled(first!, 'fpn1.0'), w.at('fpn1.1'), D)), 'fpn1.3');
  return [finest, doubled(second!, 'fpn2.0'), third!, maxPool2d(g, last!, 2)].map((map) => ({ map, C: D }));
}

/** mixer(norm(x)), [B, M, D] */
function layer(g: ModelGraph, x: Value, w: Weights, D: number): Value {
  return bidirectionalMamba(g, rmsNorm(g, x, w.at('norm'), D), w.at('mixer'), D, { divide: true });
}

/** Declares the input; patches [B, grid^2, D]. */
function patchEmbedding(g: ModelGraph, w: Weights, classTokens: number) {
  const [D, colours, P] = w.dims('patch_embed.proj.weight', 4);
  const [, tokens] = w.dims('pos_embed', 3);
  const layout = patchLayout(P, tokens - classTokens);
  if (!layout) throw w.misshapen('pos_embed', `[1, a square of patches${classTokens ? ' + 1' : ''}, D]`);
  const { side, stride, grid } = layout;
  const input = { name: 'image', dims: ['batch', colours, side, side] };
  const map = conv(g, g.input(input.name, input.dims), w.at('patch_embed.proj'), [D, colours, P, P], { stride });
  return { D, grid, input, patches: g.node('Transpose', [g.node('Reshape', [map, g.ints([0, 0, -1])])], { perm: [0, 2, 1] }) };
}

/** The side of the picture that a checkpoint takes, with or without a class token; undefined where its positions are no square. */
export function vimSide(weights: WeightMap, prefix = ''): number | undefined {
  const [, , P = 0] = weights.get(`${prefix}patch_embed.proj.weight`)?.shape ?? [];
  const [, tokens = 0] = weights.get(`${prefix}pos_embed`)?.shape ?? [];
  return patchLayout(P, tokens - Number(weights.has(`${prefix}cls_token`)))?.side;
}

/**
 * No tensor says how far patches are apart. Pictures are multiples of 32 pixels: patches side by side are then an even number a side, half-overlapping ones
 * an odd number.
 */
function patchLayout(P: number, patches: number): { side: number; stride: number; grid: number } | undefined {
  const grid = Math.sqrt(patches);
  if (!Number.isInteger(grid) || grid < 1 || P < 2) return undefined;
  const stride = grid % 2 === 0 ? P : Math.floor(P / 2);
  return { side: (grid - 1) * stride + P, stride, grid };
}
