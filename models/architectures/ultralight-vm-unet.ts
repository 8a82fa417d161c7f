/**
 * UltraLight VM-UNet: a U-shaped segmenter of some 50,000 weights, whose deeper layers run one small Mamba on four parts of the channels. Wu et al.
 * 2024, "UltraLight VM-UNet: Parallel Vision Mamba Significantly Reduces Parameters for Skin Lesion Segmentation". The bridge over the skips: Ruan
 * et al. 2022, "MALUNet".
 *
 * Glossary: B images, H x W pixels, h x w positions of a level, C channels of a level, L = h w.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { gelu } from '../layers/activations';
import { withBackground } from '../layers/background';
import { conv, maxPool2d } from '../layers/conv';
import { linear } from '../layers/linear';
import { mamba } from '../layers/mamba';
import { groupNorm, layerNorm } from '../layers/norms';
import { upsampleAligned2d } from '../layers/resize';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const LEVELS = 5; // each with sides half as long as the one before
const PARTS = 4; // of the channels, for a Mamba and for a norm

/** Input image [B, colours, H, W], sides multiples of 32; output logits [B, classes, H, W], with the background as a class of its own. Throws ModelError BAD_WEIGHTS. */
export function buildUltraLightVmUnet(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('ultralight-vm-unet', lowering);
  const [, colours] = w.dims('encoder1.0.weight', 4);
  const input = { name: 'image', dims: ['batch', colours, 'height', 'width'] };
  let map: Level = { x: g.input(input.name, input.dims), C: colours };
  const levels: Level[] = [];
  for (let i = 1; i <= LEVELS; i++) {
    const { x, C } = layer(g, map, w.at(`encoder${i}.0`));
    map = { x: gelu(g, maxPool2d(g, groupNorm(g, x, w.at(`ebn${i}`), C, PARTS), 2)), C };
    levels.push(map);
  }
  const skips = bridge(g, levels, w.at('scab'));
  const deepest = layer(g, map, w.at('encoder6.0'));
  map = { x: gelu(g, deepest.x), C: deepest.C };
  for (let i = 1; i <= LEVELS; i++) {
    const { x, C } = layer(g, map, w.at(`decoder${i}.0`));
    const normed = groupNorm(g, x, w.at(`dbn${i}`), C, PARTS);
    map = { x: g.node('Add', [gelu(g, i === 1 ? normed : upsampleAligned2d(g, normed, 2)), skips[LEVELS - i]!]), C };
  }
  const [classes] = w.dims('final.bias', 1);
  const logits = upsampleAligned2d(g, conv(g, map.x, w.at('final'), [classes, map.C, 1, 1]), 2);
  const output = { name: 'logits', dims: ['batch', Math.max(2, classes), 'height', 'width'] };
  g.output(output.name, classes === 1 ? withBackground(g, logits) : logits, output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused: w.unused() };
}

interface Level {
  x: Value; // [B, C, h, w]
  C: number;
}

/** A convolution 3x3, or the parallel Mamba where there is one. */
function layer(g: ModelGraph, { x, C }: Level, w: Weights): Level {
  if (w.has('mamba.A_log')) return parallelMamba(g, { x, C }, w);
  const [to] = w.dims('bias', 1);
  return { x: conv(g, x, w, [to, C, 3, 3], { padding: 1 }), C: to };
}

/** norm, mamba(part) + scale * part for each part of the channels, the same norm, proj. The parts run as sequences of one batch. */
function parallelMamba(g: ModelGraph, { x, C }: Level, w: Weights): Level {
  const positions = g.node('Transpose', [g.node('Reshape', [x, g.ints([0, 0, -1])])], { perm: [0, 2, 1] }); // [B, L, C]
  const parts = g.nodes(PARTS, 'Split', [layerNorm(g, positions, w.at('norm'), C)], { axis: 2, num_outputs: PARTS });
  const batch = g.node('Concat', parts, { axis: 0 }); // [4 B, L, C / 4]
  const mixed = g.node('Add', [mamba(g, batch, w.at('mamba'), C / PARTS), g.node('Mul', [batch, w.put(g, 'skip_scale', [1])])]);
  const joined = g.node('Concat', g.nodes(PARTS, 'Split', [mixed], { axis: 0, num_outputs: PARTS }), { axis: 2 });
  const [to] = w.dims('proj.bias', 1);
  const projected = g.node('Transpose', [linear(g, layerNorm(g, joined, w.at('norm'), C), w.at('proj'), [to, C])], { perm: [0, 2, 1] });
  const sides = g.node('Shape', [x], { start: 2, end: 4 });
  return { x: g.node('Reshape', [projected, g.node('Concat', [g.ints([0, 0]), sides], { axis: 0 })]), C: to };
}

/** Each level weighted by where and by what: t s + t, then times c, plus t s; s one convolution for all levels, c from the means of all. */
function bridge(g: ModelGraph, levels: readonly Level[], w: Weights): Value[] {
  const placed = levels.map(({ x }) => g.node('Mul', [whereToLook(g, x, w.at('satt.shared_conv2d.0')), x]));
  const added = placed.map((x, i) => g.node('Add', [x, levels[i]!.x]));
  const total = levels.reduce((sum, { C }) => sum + C, 0);
  const means = g.node('Concat', added.map((x) => g.node('ReduceMean', [x, g.ints([2, 3])], { keepdims: 0 })), { axis: 1 }); // [B, total]
  const mixed = conv(g, g.node('Unsqueeze', [means, g.ints([1])]), w.at('catt.get_all_att'), [1, 1, 3], { padding: 1, bias: false }); // [B, 1, total]
  return levels.map(({ C }, i) => {
    const share = g.node('Sigmoid', [linear(g, mixed, w.at(`catt.att${i + 1}`), [C, total])]); // [B, 1, C]
    const each = g.node('Unsqueeze', [g.node('Transpose', [share], { perm: [0, 2, 1] }), g.ints([3])]);
    return g.node('Add', [g.node('Mul', [each, added[i]!]), placed[i]!]);
  });
}

/** [B, C, h, w] -> [B, 1, h, w] from 0 to 1, out of the mean and the largest of the channels */
function whereToLook(g: ModelGraph, x: Value, w: Weights): Value {
  const seen = g.node('Concat', ['ReduceMean', 'ReduceMax'].map((op) => g.node(op, [x, g.ints([1])])), { axis: 1 });
  return g.node('Sigmoid', [conv(g, seen, w, [1, 2, 7, 7], { padding: 9, dilation: 3 })]);
}
