/**
 * LocalVim: an image classifier of Mamba blocks that read the patches in four orders, searched for each layer. Huang et al. 2024, "LocalMamba: Visual State Space Model with
 * Windowed Selective Scan".
 *
 * Glossary: B images, L patches of P x P pixels, D width.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { conv } from '../layers/conv';
import { linear } from '../layers/linear';
import { localScans, type Direction } from '../layers/local-scan';
import { rmsNorm } from '../layers/norms';
import { rotary } from '../layers/rotary';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const COLOURS = 3;

/** What the authors' search found for LocalVim-T; no weight tells it. Theirs for LocalVim-S was published in two versions, so that it is not known which one belongs to a file. */
const DIRECTIONS: readonly (readonly Direction[])[] = `
h v_flip w7 w7_flip, h_flip w2_flip w7 w7_flip, h h_flip v w7, h h_flip v v_flip, h h_flip v v_flip, h h_flip v v_flip, h_flip v v_flip w7, h_flip v v_flip w2_flip,
h h_flip v v_flip, h h_flip v v_flip, h v v_flip w2, h v v_flip w2_flip, h h_flip v_flip w7, h_flip v v_flip w2, h h_flip v v_flip, h v w2 w2_flip, v v_flip w2 w7, h h_flip v w2,
h h_flip w2_flip w7, v v_flip w2 w2_flip`
  .split(',')
  .map((layer) => layer.trim().split(' ') as Direction[]);
const WIDTH = 192;

/** Input image [B, 3, 224, 224], normalised; output logits [B, classes]. With a class token the head reads it, else the mean of all patches. Throws ModelError BAD_WEIGHTS. */
export function buildLocalVim(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('local-vim', lowering);
  const [D, , P] = w.dims('patch_embed.proj.weight', 4);
  const depth = w.count('layers');
  if (D !== WIDTH || depth !== DIRECTIONS.length) throw w.misshapen('patch_embed.proj.weight', `that of LocalVim-T, ${WIDTH} wide with ${DIRECTIONS.length} layers, of which the scan directions are known`);
  const classToken = w.has('cls_token');
  const [, L] = w.dims('pos_embed', 3);
  const side = Math.sqrt(classToken ? L - 1 : L);
  if (!Number.isInteger(side)) throw w.misshapen('pos_embed', '[1, the square of a side, and 1 with a class token, D]');
  const middle = Math.floor(side ** 2 / 2);

  const input = { name: 'image', dims: ['batch', COLOURS, side * P, side * P] };
  const map = conv(g, g.input(input.name, input.dims), w.at('patch_embed.proj'), [D, COLOURS, P, P], { stride: P });
  const patches = g.node('Transpose', [g.node('Reshape', [map, g.ints([0, D, -1])])], { perm: [0, 2, 1] });
  let x = patches;
  if (classToken) {
    const [before, after] = g.nodes(2, 'Split', [patches, g.ints([middle, side ** 2 - middle])], { axis: 1 });
    const batch = g.node('Shape', [patches], { end: 1 });
    const token = g.node('Expand', [w.put(g, 'cls_token', [1, 1, D]), g.node('Concat', [batch, g.ints([1, D])], { axis: 0 })]);
    x = g.node('Concat', [before, token, after], { axis: 1 });
  }
  x = g.node('Add', [x, w.put(g, 'pos_embed', [1, L, D])]);
  const turned = w.has('rope.freqs_cos') ? rotary(g, w.at('rope')) : (value: typeof x) => value;
  for (let i = 0; i < depth; i++) {
    const layer = w.at(`layers.${i}`);
    x = turned(x); // the published code turns the branch and the residual, which is the same
    x = g.node('Add', [x, localScans(g, rmsNorm(g, x, layer.at('norm'), D), layer.at('mixer'), D, DIRECTIONS[i]!, { side, classToken })]);
  }
  const normed = rmsNorm(g, x, w.at('norm_f'), D);
  const read = classToken ? g.node('Gather', [normed, g.node('Squeeze', [g.ints([middle])])], { axis: 1 }) : g.node('ReduceMean', [normed, g.ints([1])], { keepdims: 0 });
  const [classes] = w.dims('head.bias', 1);
  const output = { name: 'logits', dims: ['batch', classes] };
  g.output(output.name, linear(g, read, w.at('head'), [classes, D]), output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: [], unused: w.unused() };
}
