/**
 * What the super-resolution networks in SwinIR's line share (Liang et al. 2021): a convolution into features, a body that works on them, a
 * convolution with the long skip, and pixel shuffle. Only the body differs.
 *
 * Glossary: B images, H x W pixels, C channels of the features, f the factor by which the sides grow.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { conv, pixelShuffle } from '../layers/conv';
import { channelsFirst, channelsLast } from '../layers/layout';
import { layerNorm } from '../layers/norms';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const COLOURS = 3;
/** The mean of DIV2K's pictures, red, green and blue, on which these networks were trained. */
const MEAN = [0.4488, 0.4371, 0.404];

/** rows [B, H, W, C] -> [B, H, W, C] */
export type Body = (g: ModelGraph, rows: Value, w: Weights, C: number) => Value;

/** Input image [B, 3, H, W], RGB from 0 to 1; output image [B, 3, fH, fW], not clipped. Throws ModelError BAD_WEIGHTS. */
export function buildSuperResolution(name: string, weights: WeightMap, lowering: Lowering, body: Body, finalNorm: string): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph(name, lowering);
  const [C] = w.dims('conv_first.bias', 1);
  const factor = upscaleFactor(w);
  const mean = g.initializer('mean', [COLOURS, 1, 1], Float32Array.from(MEAN));
  const conv3x3 = (x: Value, key: string, to: number, from: number) => conv(g, x, w.at(key), [to, from, 3, 3], { padding: 1 });

  const input = { name: 'image', dims: ['batch', COLOURS, 'height', 'width'] };
  const shallow = conv3x3(g.node('Sub', [g.input(input.name, input.dims), mean]), 'conv_first', C, COLOURS);
  const embedded = layerNorm(g, channelsLast(g, shallow), w.at('patch_embed.norm'), C);
  const deep = channelsFirst(g, layerNorm(g, body(g, embedded, w, C), w.at(finalNorm), C));
  const features = g.node('Add', [conv3x3(deep, 'conv_after_body', C, C), shallow]);
  const large = pixelShuffle(g, conv3x3(features, 'upsample.0', COLOURS * factor ** 2, C), factor);

  const output = { name: 'upscaled', dims: ['batch', COLOURS, 'large height', 'large width'] };
  g.output(output.name, g.node('Add', [large, mean]), output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused: w.unused() };
}

/** The groups of a body: conv 3x3 behind their blocks, and a skip around them. */
export function residualGroups(block: Body): Body {
  return (g, rows, w, C) => {
    let x = rows;
    for (let i = 0; i < w.count('layers'); i++) {
      const group = w.at(`layers.${i}`);
      let deep = x;
      for (let b = 0; b < group.count('residual_group.blocks'); b++) deep = block(g, deep, group.at(`residual_group.blocks.${b}`), C);
      const mixed = conv(g, channelsFirst(g, deep), group.at('conv'), [C, C, 3, 3], { padding: 1 });
      x = g.node('Add', [channelsLast(g, mixed), x]);
    }
    return x;
  };
}

export function upscaleFactor(w: Weights): number {
  const [channels] = w.dims('upsample.0.bias', 1);
  const factor = Math.sqrt(channels / COLOURS);
  if (!Number.isInteger(factor)) throw w.misshapen('upsample.0.bias', `[${COLOURS} x the square of a factor]`);
  return factor;
}
