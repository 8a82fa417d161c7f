/**
 * VM-UNet: a U-shaped segmenter of four-way scans, both halves of it. Ruan & Xiang 2024, "VM-UNet: Vision Mamba UNet for Medical Image Segmentation".
 * The blocks are those of the first VMamba (Liu et al. 2024).
 *
 * Glossary: B images, H x W pixels, h x w positions of a stage, C channels of a stage.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { withBackground } from '../layers/background';
import { conv } from '../layers/conv';
import { channelsFirst, channelsLast } from '../layers/layout';
import { layerNorm } from '../layers/norms';
import { expandedPatches, mergedPatches } from '../layers/patches';
import { vssBlocks } from '../layers/vss-blocks';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

/** Input image [B, 3, H, W], sides multiples of 32; output logits [B, classes, H, W], with the background as a class of its own. Throws ModelError BAD_WEIGHTS. */
export function buildVmUnet(weights: WeightMap, lowering: Lowering): BuiltModel {
  const all = new Weights(weights);
  const w = all.at('vmunet');
  const g = new ModelGraph('vm-unet', lowering);
  const [first, colours, patch] = w.dims('patch_embed.proj.weight', 4);
  const input = { name: 'image', dims: ['batch', colours, 'height', 'width'] };
  const patches = conv(g, g.input(input.name, input.dims), w.at('patch_embed.proj'), [first, colours, patch, patch], { stride: patch });
  let x = layerNorm(g, channelsLast(g, patches), w.at('patch_embed.norm'), first);

  const skips: Value[] = [];
  for (let s = 0; s < w.count('layers'); s++) {
    const stage = w.at(`layers.${s}`);
    const { rows, C } = vssBlocks(g, x, stage);
    x = stage.has('downsample.norm.weight') ? mergedPatches(g, rows, stage.at('downsample.norm'), stage.at('downsample.reduction'), C) : rows;
    skips.push(x);
  }
  skips.pop(); // the last one is what goes up
  let C = 0;
  for (let s = 0; s < w.count('layers_up'); s++) {
    const stage = w.at(`layers_up.${s}`);
    if (stage.has('upsample.norm.weight')) x = expandedPatches(g, g.node('Add', [x, skips.pop()!]), stage.at('upsample'), C, 2);
    ({ rows: x, C } = vssBlocks(g, x, stage));
  }
  const large = channelsFirst(g, expandedPatches(g, x, w.at('final_up'), C, patch));
  const [classes, last] = w.dims('final_conv.weight', 4);
  const logits = conv(g, large, w.at('final_conv'), [classes, last, 1, 1]);
  const output = { name: 'logits', dims: ['batch', Math.max(2, classes), 'height', 'width'] };
  g.output(output.name, classes === 1 ? withBackground(g, logits) : logits, output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused: all.unused() };
}
