/**
 * U-Mamba in two dimensions: nnU-Net's residual U-Net with a Mamba layer at its bottom (Bot) or behind stages of its encoder (Enc). Ma et al. 2024,
 * "U-Mamba: Enhancing Long-range Dependency for Biomedical Image Segmentation". Names of the weights as in the authors' PyTorch.
 *
 * No tensor tells strides: every stage but the first halves the sides, as nnU-Net plans it for pictures.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { conv, upsampleNearest2d } from '../layers/conv';
import { mamba } from '../layers/mamba';
import { layerNorm } from '../layers/norms';
import { residualConv, type FeatureMap, type ResidualNames } from '../layers/residual-conv';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const FIRST_BLOCK: ResidualNames = { conv: ['conv1', 'conv2'], norm: ['norm1', 'norm2'], skip: 'conv3' };
const LATER_BLOCK: ResidualNames = { conv: ['conv1.conv', 'conv2.conv'], norm: ['conv1.norm', 'conv2.norm'], skip: '' };

/** Input image [B, colours, H, W], sides multiples of 2^(stages - 1); output logits [B, classes, H, W], the background first. Throws ModelError BAD_WEIGHTS. */
export function buildUMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('u-mamba', lowering);
  const [encoder, decoder] = [w.at('encoder'), w.at('decoder')];
  const [, colours] = encoder.dims('stem.0.conv1.weight', 4);
  const input = { name: 'image', dims: ['batch', colours, 'height', 'width'] };

  let map = stage(g, { x: g.input(input.name, input.dims), C: colours }, encoder.at('stem'), 1);
  const skips: FeatureMap[] = [];
  for (let s = 0; s < encoder.count('stages'); s++) {
    map = stage(g, map, encoder.at(`stages.${s}`), s === 0 ? 1 : 2);
    const layer = encoder.at(`mamba_layers.${s}`);
    if (layer.has('norm.weight')) map = mambaLayer(g, map, layer);
    skips.push(map);
  }
  map = skips.pop()!;
  if (w.has('mamba_layer.norm.weight')) map = mambaLayer(g, map, w.at('mamba_layer'));
  const ups = decoder.count('stages');
  for (let s = 0; s < ups; s++) map = stage(g, joined(g, map, skips.pop()!, decoder, s), decoder.at(`stages.${s}`), 1);

  const head = decoder.at(`seg_layers.${ups - 1}`);
  const [classes] = head.dims('bias', 1);
  const output = { name: 'logits', dims: ['batch', classes, 'height', 'width'] };
  g.output(output.name, conv(g, map.x, head, [classes, map.C, 1, 1]), output.dims);
  // the decoder names the encoder's weights again, blocks name their own again, and heads of coarser levels serve training only
  const unused = w.unused().filter((key) => !/^decoder\.encoder\.|\.all_modules\.|^decoder\.seg_layers\./.test(key));
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused };
}

function stage(g: ModelGraph, map: FeatureMap, w: Weights, stride: number): FeatureMap {
  let result = residualConv(g, map, w.at('0'), FIRST_BLOCK, stride);
  for (let b = 1; w.has(`${b}.conv1.conv.weight`); b++) result = residualConv(g, result, w.at(`${b}`), LATER_BLOCK);
  return result;
}

/** What comes from below with its sides doubled, beside the encoder's map where the stage takes both. A 1x1 convolution before nearest neighbours is the same as behind them. */
function joined(g: ModelGraph, below: FeatureMap, skip: FeatureMap, decoder: Weights, s: number): FeatureMap {
  const [, taken] = decoder.dims(`stages.${s}.0.conv1.weight`, 4);
  const up = upsampleNearest2d(g, conv(g, below.x, decoder.at(`upsample_layers.${s}.conv`), [skip.C, below.C, 1, 1]), 2);
  return taken === skip.C ? { x: up, C: skip.C } : { x: g.node('Concat', [up, skip.x], { axis: 1 }), C: 2 * skip.C };
}

/** mamba(norm(x)) over positions, or, where its width is not that of the channels, over channels whose positions are the features. */
function mambaLayer(g: ModelGraph, { x, C }: FeatureMap, w: Weights): FeatureMap {
  const [D] = w.dims('norm.weight', 1);
  const flat = g.node('Reshape', [x, g.ints([0, 0, -1])]); // [B, C, h w]
  const turn = (value: Value) => (D === C ? g.node('Transpose', [value], { perm: [0, 2, 1] }) : value);
  const mixed = turn(mamba(g, layerNorm(g, turn(flat), w.at('norm'), D), w.at('mamba'), D));
  return { x: g.node('Reshape', [mixed, g.node('Shape', [x])]), C };
}

/** The side of the pictures that the weights were trained for, where they say it: a layer over channels has as many features as its map has positions. */
export function uMambaSide(weights: WeightMap): number | undefined {
  for (const [key, { shape }] of weights) {
    const stageNumber = /^encoder\.mamba_layers\.(\d+)\.norm\.weight$/.exec(key)?.[1];
    const channels = weights.get(`encoder.stages.${stageNumber}.0.conv1.weight`)?.shape[0];
    const side = Math.sqrt(shape[0] ?? 0);
    if (stageNumber !== undefined && shape[0] !== channels && Number.isInteger(side)) return side * 2 ** Number(stageNumber);
  }
  return undefined;
}
