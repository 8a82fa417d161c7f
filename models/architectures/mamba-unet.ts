/**
 * mamba-unet: a U-Net whose two deepest levels read the feature map as a sequence, both ways, with Mamba-2 blocks. It takes images whose
 * sides are multiples of its deepest step, 16 pixels, or 32 where the first convolution halves the sides already: one with an even kernel
 * does. The answer has the resolution of the finest decoder level that there are weights for. U-Net: Ronneberger et al. 2015. Mamba-2: Dao & Gu
 * 2024. Both directions: Zhu et al. 2024.
 *
 * Glossary: B images, H x W pixels, h x w positions of a level, C channels of a level.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { inStrips } from '../graph/strips';
import { silu } from '../layers/activations';
import { conv, upsampleNearest2d } from '../layers/conv';
import { channelsLast, sequence, swapSides, unsequence, unsequenceFirst } from '../layers/layout';
import { bidirectionalMamba2 } from '../layers/mamba2';
import { rmsNorm } from '../layers/norms';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const CHANNELS = 3;
const LEVELS = [0, 1, 2, 3, 4];
/** Pictures with longer sides are computed in strips of STRIP rows. */
const LARGE_SIDE = 1024;
const STRIP = 128;
const IMAGE = ['batch', CHANNELS, 'height', 'width'];

/**
 * Input image [B, 3, H, W], output maps [B, maps, H, W] or coarser, raw; `side` is the longest that pictures are expected to have. Throws ModelError BAD_WEIGHTS.
 *
 * Levels 0 and 1 hold most of the numbers but see a few pixels only, so that for large pictures they are computed in strips. Nothing of them is kept: the decoder
 * computes them again.
 */
export function buildMambaUnet(weights: WeightMap, lowering: Lowering, side = 0): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('mamba-unet', lowering);
  const width = (name: string) => w.dims(`${name}.bias`, 1)[0];
  const widths = LEVELS.map((level) => width(`enc${level}.0`));
  const [c0, c1, c2, c3, c4] = widths as [number, number, number, number, number];
  const finest = LEVELS.find((level) => w.has(`up${level}.weight`) || w.has(`dec${level}.0.weight`)) ?? 0;
  const [, , kernel] = w.dims('enc0.0.weight', 4);
  const stride = kernel % 2 === 0 ? 2 : 1;
  const maps = width('head');
  const strips = finest > 2 ? 1 : stripsFor(side);

  const encode0 = once((image) => convBlock(g, image, w.at('enc0.0'), CHANNELS, c0, { kernel, stride }));
  const encode1 = once((enc0) => convBlock(g, down(g, enc0, w.at('enc1.0'), c0, c1), w.at('enc1.1'), c1, c1));
  const decode = (level: number, map: Value, skip: Value) => {
    const [fine, coarse] = [widths[level]!, widths[level + 1]!];
    return convBlock(g, up(g, map, skip, w.at(`up${level}`), coarse, fine), w.at(`dec${level}.0`), fine, fine);
  };

  const image = { map: g.input('image', IMAGE), rows: 4 * stride }; // for each row of level 2
  const halved = inStrips(g, strips, [image], 1, ([pixels]) => down(g, encode1(encode0(pixels!)), w.at('enc2.0'), c1, c2));
  const enc2 = convBlock(g, halved, w.at('enc2.1'), c2, c2);
  const enc3 = mambaBlocks(g, down(g, enc2, w.at('enc3.0'), c2, c3), w.at('enc3'), c3);
  let map = mambaBlocks(g, down(g, enc3, w.at('enc4.0'), c3, c4), w.at('enc4'), c4);
  if (finest <= 3) map = decode(3, map, enc3);
  if (finest <= 2) map = decode(2, map, enc2);
  const answer = inStrips(g, strips, [{ map, rows: 1 }, image], 2 ** (2 - finest), ([coarse, pixels]) => {
    const enc0 = encode0(pixels!);
    let part = coarse!;
    if (finest <= 1) part = decode(1, part, encode1(enc0));
    if (finest === 0) part = decode(0, part, enc0);
    return conv(g, part, w.at('head'), [maps, widths[finest]!, 1, 1]);
  });

  const sides = finest === 0 && stride === 1 ? ['height', 'width'] : ['rows', 'columns'];
  const outputs = [{ name: 'maps', dims: ['batch', maps, ...sides] }];
  g.output('maps', answer, outputs[0]!.dims);
  return { onnx: g.toOnnx(), inputs: [{ name: 'image', dims: IMAGE }], outputs, states: [], large: side > LARGE_SIDE, unused: w.unused() };
}

/** Of one map, one result: a picture that is no strip is encoded once for encoder and decoder. */
function once(of: (map: Value) => Value): (map: Value) => Value {
  const made = new Map<Value, Value>();
  return (map) => {
    const result = made.get(map) ?? of(map);
    made.set(map, result);
    return result;
  };
}

function stripsFor(side: number): number {
  return side > LARGE_SIDE ? Math.ceil(side / STRIP) : 1;
}

/** SiLU(conv), [B, from, h, w] -> [B, to, h / stride, w / stride]; the batch normalisation of training is folded into the weights. */
function convBlock(g: ModelGraph, x: Value, w: Weights, from: number, to: number, { kernel = 3, stride = 1 } = {}): Value {
  return silu(g, conv(g, x, w, [to, from, kernel, kernel], { stride, padding: Math.floor((kernel - 1) / 2) }));
}

/** [B, from, h, w] -> [B, to, h/2, w/2] */
function down(g: ModelGraph, x: Value, w: Weights, from: number, to: number): Value {
  return convBlock(g, x, w, from, to, { stride: 2 });
}

/** [B, from, h, w] -> [B, to, 2h, 2w], plus the encoder's map of that level */
function up(g: ModelGraph, x: Value, skip: Value, w: Weights, from: number, to: number): Value {
  return g.node('Add', [upsampleNearest2d(g, conv(g, x, w, [to, from, 1, 1]), 2), skip]);
}

/** [B, C, h, w] -> [B, C, h, w]: blocks that read the map by rows and by columns in turn */
function mambaBlocks(g: ModelGraph, map: Value, w: Weights, C: number): Value {
  let rows = channelsLast(g, map);
  for (let i = 0; i < w.count('blocks'); i++) {
    const block = (x: Value) => mambaBlock(g, x, w.at(`blocks.${i}`), C);
    rows = i % 2 === 0 ? block(rows) : swapSides(g, block(swapSides(g, rows)));
  }
  return unsequenceFirst(g, sequence(g, rows, C), map);
}

/** x + mixer(norm(x)) along the order of x's positions, [B, h, w, C] -> [B, h, w, C] */
function mambaBlock(g: ModelGraph, x: Value, w: Weights, C: number): Value {
  const tokens = sequence(g, rmsNorm(g, x, w.at('norm'), C), C);
  return g.node('Add', [x, unsequence(g, bidirectionalMamba2(g, tokens, w.at('mixer'), C), x)]);
}
