/**
 * Vim: an image classifier of Mamba blocks that read the sequence of patches both ways. Zhu et al. 2024, "Vision Mamba: Efficient Visual
 * Representation Learning with Bidirectional State Space Model" (bimamba v2, the class token in the middle of the sequence).
 *
 * Glossary: B images, M patches of P x P pixels whose corners are `stride` apart, D width.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { conv } from '../layers/conv';
import { linear } from '../layers/linear';
import { bidirectionalMamba } from '../layers/mamba';
import { rmsNorm } from '../layers/norms';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

/** Input image [B, 3, side, side], normalised; output logits [B, classes]. Throws ModelError BAD_WEIGHTS. */
export function buildVim(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('vim', lowering);
  const [D, colours, P] = w.dims('patch_embed.proj.weight', 4);
  const [, tokens] = w.dims('pos_embed', 3);
  const layout = vimInput(weights);
  if (!layout) throw w.misshapen('pos_embed', '[1, a square of patches + 1, D]');
  const input = { name: 'image', dims: ['batch', colours, layout.side, layout.side] };

  const map = conv(g, g.input(input.name, input.dims), w.at('patch_embed.proj'), [D, colours, P, P], { stride: layout.stride });
  const patches = g.node('Transpose', [g.node('Reshape', [map, g.ints([0, 0, -1])])], { perm: [0, 2, 1] }); // [B, M, D]
  const middle = Math.floor((tokens - 1) / 2);
  let x = g.node('Add', [withClassToken(g, patches, middle, w, D), w.put(g, 'pos_embed', [1, tokens, D])]);
  for (let i = 0; i < w.count('layers'); i++) {
    const layer = w.at(`layers.${i}`);
    x = g.node('Add', [x, bidirectionalMamba(g, rmsNorm(g, x, layer.at('norm'), D), layer.at('mixer'), D, { divide: true })]);
  }
  const [classes] = w.dims('head.bias', 1);
  const token = g.node('Squeeze', [g.node('Slice', [x, g.ints([middle]), g.ints([middle + 1]), g.ints([1])]), g.ints([1])]); // [B, D]
  const output = { name: 'logits', dims: ['batch', classes] };
  g.output(output.name, linear(g, rmsNorm(g, token, w.at('norm_f'), D), w.at('head'), [classes, D]), output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused: w.unused() };
}

/** [B, M, D] -> [B, M + 1, D], the class token before patch `middle` */
function withClassToken(g: ModelGraph, patches: Value, middle: number, w: Weights, D: number): Value {
  const images = g.node('Shape', [patches], { start: 0, end: 1 });
  const token = g.node('Expand', [w.put(g, 'cls_token', [1, 1, D]), g.node('Concat', [images, g.ints([1, D])], { axis: 0 })]);
  const part = (from: number, to: number) => g.node('Slice', [patches, g.ints([from]), g.ints([to]), g.ints([1])]);
  return g.node('Concat', [part(0, middle), token, part(middle, Number.MAX_SAFE_INTEGER)], { axis: 1 });
}

/**
 * The side of the picture and the distance of the patches, which no tensor says. Pictures are multiples of 32 pixels: patches side by side are
 * then an even number a side, half-overlapping ones an odd number. Undefined where the positions are no square.
 */
export function vimInput(weights: WeightMap): { side: number; stride: number } | undefined {
  const [, , P = 0] = weights.get('patch_embed.proj.weight')?.shape ?? [];
  const [, tokens = 0] = weights.get('pos_embed')?.shape ?? [];
  const patches = Math.sqrt(tokens - 1);
  if (!Number.isInteger(patches) || patches < 1 || P < 2) return undefined;
  const stride = patches % 2 === 0 ? P : Math.floor(P / 2);
  return { side: (patches - 1) * stride + P, stride };
}
