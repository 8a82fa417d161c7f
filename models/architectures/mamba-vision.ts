/**
 * MambaVision: two stages of convolutions, then two of windows whose blocks scan in the first half and attend in the second. Hatamizadeh & Kautz 2024, "MambaVision: A Hybrid
 * Mamba-Transformer Vision Backbone".
 *
 * Glossary: B images, H x W pixels, h x w positions of a stage, C channels of a stage.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { gelu, relu } from '../layers/activations';
import { selfAttention } from '../layers/attention';
import { batchNorm, normedConv } from '../layers/batch-norm';
import { conv } from '../layers/conv';
import { channelsFirst, channelsLast } from '../layers/layout';
import { linear } from '../layers/linear';
import { mambaVisionMixer } from '../layers/mamba-vision-mixer';
import { mlp } from '../layers/mlp';
import { layerNorm } from '../layers/norms';
import { upernet } from '../layers/upernet';
import { Weights } from '../layers/weights';
import { inWindows } from '../layers/windows';
import type { BuiltModel } from './built-model';
import { mambaVisionSize, withoutModelPrefix } from './mamba-vision-sizes';

const COLOURS = 3;
const IMAGE = { name: 'image', dims: ['batch', COLOURS, 'height', 'width'] };
const STEM_EPSILON = 1e-4;
/** Of the third and fourth stage in the published segmentation networks, whatever their size: more than their pictures need. */
const SEGMENTATION_WINDOWS: readonly [number, number] = [64, 32];

/** Input image [B, 3, H, W], output logits [B, classes]. Throws ModelError BAD_WEIGHTS. */
export function buildMambaVision(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(withoutModelPrefix(weights));
  const g = new ModelGraph('mamba-vision', lowering);
  const last = stages(g, g.input(IMAGE.name, IMAGE.dims), w, mambaVisionSize(w).windows).at(-1)!;
  const pooled = batchNorm(g, g.node('ReduceMean', [last.map, g.ints([2, 3])], { keepdims: 0 }), w.at('norm'), last.C);
  const [classes] = w.dims('head.bias', 1);
  const output = { name: 'logits', dims: ['batch', classes] };
  g.output(output.name, linear(g, pooled, w.at('head'), [classes, last.C]), output.dims);
  return { onnx: g.toOnnx(), inputs: [IMAGE], outputs: [output], states: [], unused: w.unused() };
}

/** With UperNet: input image [B, 3, H, W], output logits [B, classes, h, w] at a quarter of its sides. Keys backbone.*, with outnorm0..3, and decode_head.*. */
export function buildMambaVisionUperNet(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('mamba-vision-upernet', lowering);
  const backbone = w.at('backbone');
  const maps = stages(g, g.input(IMAGE.name, IMAGE.dims), backbone, SEGMENTATION_WINDOWS).map(({ map, C }, s) => ({
    map: channelsFirst(g, layerNorm(g, channelsLast(g, map), backbone.at(`outnorm${s}`), C)),
    C,
  }));
  const head = w.at('decode_head');
  const output = { name: 'logits', dims: ['batch', head.dims('conv_seg.bias', 1)[0], 'rows', 'columns'] };
  g.output(output.name, upernet(g, maps, head), output.dims);
  return { onnx: g.toOnnx(), inputs: [IMAGE], outputs: [output], states: [], unused: w.unused().filter((key) => !key.startsWith('auxiliary_head.')) };
}

/** What each stage gives, before its sides are halved: [B, C, h, w] at 1/4, 1/8, 1/16 and 1/32 of the image's. */
function stages(g: ModelGraph, image: Value, w: Weights, windows: readonly [number, number]): { map: Value; C: number }[] {
  let map = stem(g, image, w.at('patch_embed.conv_down'));
  const given = [];
  for (let s = 0; s < w.count('levels'); s++) {
    const level = w.at(`levels.${s}`);
    const [C] = level.dims('blocks.0.norm1.weight', 1);
    const depth = level.count('blocks');
    const through = (x: Value, block: (x: Value, w: Weights, i: number) => Value) => Array.from({ length: depth }, (_, i) => i).reduce((y, i) => block(y, level.at(`blocks.${i}`), i), x);
    if (level.has('blocks.0.conv1.weight')) {
      map = through(map, (x, block) => convBlock(g, x, block, C));
    } else {
      const heads = mambaVisionSize(w).heads[s]!;
      const rows = inWindows(g, channelsLast(g, map), windows[s - 2] ?? windows[1], C, (sequences) => through(sequences, (x, block) => mixerBlock(g, x, block, C, heads)));
      map = channelsFirst(g, rows);
    }
    given.push({ map, C });
    if (s + 1 < w.count('levels')) map = conv(g, map, level.at('downsample.reduction.0'), [2 * C, C, 3, 3], { stride: 2, padding: 1, bias: false });
  }
  return given;
}

/** [B, 3, H, W] -> [B, C, H/4, W/4] */
function stem(g: ModelGraph, image: Value, w: Weights): Value {
  const halved = (x: Value, at: number, to: number, from: number) =>
    relu(g, normedConv(g, x, w.at(`${at}`), w.at(`${at + 1}`), [to, from, 3, 3], { stride: 2, padding: 1, epsilon: STEM_EPSILON }));
  const [narrow] = w.dims('1.weight', 1);
  const [C] = w.dims('4.weight', 1);
  return halved(halved(image, 0, narrow, COLOURS), 3, C, narrow);
}

/** x + norm(conv(GELU(norm(conv(x))))), [B, C, h, w] -> [B, C, h, w]; scaled by gamma where there is one */
function convBlock(g: ModelGraph, x: Value, w: Weights, C: number): Value {
  const mixed = (y: Value, i: number) => normedConv(g, y, w.at(`conv${i}`), w.at(`norm${i}`), [C, C, 3, 3], { padding: 1 });
  const deep = mixed(gelu(g, mixed(x, 1), { tanh: true }), 2);
  return g.node('Add', [x, w.has('gamma') ? g.node('Mul', [deep, w.put(g, 'gamma', [C], [C, 1, 1])]) : deep]);
}

/** x + mixer(norm(x)), then x + MLP(norm(x)), [n, L, C] -> [n, L, C]: a scan or attention, as its weights say */
function mixerBlock(g: ModelGraph, x: Value, w: Weights, C: number, heads: number): Value {
  const scaled = (y: Value, key: string) => (w.has(key) ? g.node('Mul', [y, w.put(g, key, [C])]) : y);
  const normed = layerNorm(g, x, w.at('norm1'), C);
  const mixed = w.has('mixer.A_log') ? mambaVisionMixer(g, normed, w.at('mixer'), C) : selfAttention(g, normed, w.at('mixer'), C, heads);
  const y = g.node('Add', [x, scaled(mixed, 'gamma_1')]);
  return g.node('Add', [y, scaled(mlp(g, layerNorm(g, y, w.at('norm2'), C), w.at('mlp'), C), 'gamma_2')]);
}
