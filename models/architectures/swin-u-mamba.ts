/**
 * Swin-UMamba: the encoder of the first VMamba between convolutions of a UNETR-like U-Net. Liu et al. 2024, "Swin-UMamba: Mamba-based UNet with
 * ImageNet-based Pretraining".
 *
 * Glossary: B images, H x W pixels, C channels of a level.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { conv, convTranspose } from '../layers/conv';
import { channelsFirst, channelsLast } from '../layers/layout';
import { instanceNorm, layerNorm } from '../layers/norms';
import { mergedPatches } from '../layers/patches';
import { residualConv, type FeatureMap, type ResidualNames } from '../layers/residual-conv';
import { vssBlocks } from '../layers/vss-blocks';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

/** Its norms have no weights. */
const BLOCK: ResidualNames = { conv: ['conv1.conv', 'conv2.conv'], norm: ['norm1', 'norm2'], skip: 'conv3.conv', skipNorm: 'norm3' };

/** Input image [B, colours, H, W], sides multiples of 32; output logits [B, classes, H, W], the background first. Throws ModelError BAD_WEIGHTS. */
export function buildSwinUMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('swin-u-mamba', lowering);
  const [stem, colours, kernel] = w.dims('stem.0.weight', 4);
  const input = { name: 'image', dims: ['batch', colours, 'height', 'width'] };
  const image = { x: g.input(input.name, input.dims), C: colours };

  const halved = conv(g, image.x, w.at('stem.0'), [stem, colours, kernel, kernel], { stride: 2, padding: (kernel - 1) / 2 });
  const levels = encoder(g, { x: instanceNorm(g, halved, w.at('stem.1'), stem), C: stem }, w.at('vssm_encoder'));
  const deepest = levels.pop()!;
  const skips = [image, ...levels].map((level, i) => residualConv(g, level, w.at(`encoder${i + 1}.layer`), BLOCK));
  let map = deepest;
  for (let i = skips.length + 1; i >= 2; i--) {
    const skip = skips.pop()!;
    const block = w.at(`decoder${i}`);
    const up = convTranspose(g, map.x, block.at('transp_conv.conv'), [map.C, skip.C, 2, 2], 2);
    map = residualConv(g, { x: g.node('Concat', [up, skip.x], { axis: 1 }), C: 2 * skip.C }, block.at('conv_block'), BLOCK);
  }
  map = residualConv(g, map, w.at('decoder1.layer'), BLOCK);
  const head = w.at('out_layers.0.conv.conv');
  const [classes] = head.dims('bias', 1);
  const output = { name: 'logits', dims: ['batch', classes, 'height', 'width'] };
  g.output(output.name, conv(g, map.x, head, [classes, map.C, 1, 1]), output.dims);
  const unused = w.unused().filter((key) => !key.startsWith('out_layers.')); // of coarser levels, for training
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused };
}

/** The stem's map and what each stage gives: sides a half, then a quarter to 1/32 of the image's. */
function encoder(g: ModelGraph, stem: FeatureMap, w: Weights): FeatureMap[] {
  const [first, , patch] = w.dims('patch_embed.proj.weight', 4);
  const patches = conv(g, stem.x, w.at('patch_embed.proj'), [first, stem.C, patch, patch], { stride: patch });
  let x = layerNorm(g, channelsLast(g, patches), w.at('patch_embed.norm'), first);
  const levels = [stem];
  for (let s = 0; s < w.count('layers'); s++) {
    const { rows, C } = vssBlocks(g, x, w.at(`layers.${s}`));
    levels.push({ x: channelsFirst(g, rows), C });
    const down = w.at(`downsamples.${s}`);
    if (down.has('norm.weight')) x = mergedPatches(g, rows, down.at('norm'), down.at('reduction'), C);
  }
  return levels;
}
