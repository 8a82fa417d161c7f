/**
 * UperNet: a pyramid of pooled views of the coarsest map, a feature pyramid over all maps, and a classifier of pixels. Xiao et al. 2018, "Unified
 * Perceptual Parsing for Scene Understanding"; names of the weights as in MMSegmentation.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { relu } from './activations';
import { normedConv } from './batch-norm';
import { conv } from './conv';
import { adaptiveAveragePool, resizeLike } from './resize';
import type { Weights } from './weights';

/** Cells a side of each level of the pooling pyramid: no weight tells them. */
const POOLED = [1, 2, 3, 6];

export interface FeatureMap {
  map: Value; // [B, C, h, w]
  C: number;
}

/**
 * Maps, finest first -> logits [B, classes, h, w] at the finest map's resolution. Keys psp_modules.i.1, bottleneck, lateral_convs.i, fpn_convs.i and fpn_bottleneck,
 * each with conv.weight and bn.*, and conv_seg.{weight [classes, D, 1, 1], bias}.
 */
export function upernet(g: ModelGraph, maps: readonly FeatureMap[], w: Weights): Value {
  const [classes, D] = w.dims('conv_seg.weight', 4);
  const mixed = (x: Value, key: string, inputs: number): Value => {
    const [, , kernel] = w.dims(`${key}.conv.weight`, 4);
    return relu(g, normedConv(g, x, w.at(`${key}.conv`), w.at(`${key}.bn`), [D, inputs, kernel, kernel], { padding: (kernel - 1) / 2 }));
  };
  const joined = (parts: Value[]) => g.node('Concat', parts, { axis: 1 });

  const finer = maps.slice(0, -1);
  const { map: last, C: lastC } = maps.at(-1)!;
  const pyramid = POOLED.map((cells, i) => resizeLike(g, mixed(adaptiveAveragePool(g, last, cells), `psp_modules.${i}.1`, lastC), last));
  let above = mixed(joined([last, ...pyramid]), 'bottleneck', lastC + POOLED.length * D);
  const levels = [above];
  for (const [i, { map, C }] of [...finer.entries()].reverse()) {
    const lateral = mixed(map, `lateral_convs.${i}`, C);
    above = g.node('Add', [lateral, resizeLike(g, above, lateral)]);
    levels.unshift(mixed(above, `fpn_convs.${i}`, D));
  }
  const fused = mixed(joined(levels.map((level, i) => (i === 0 ? level : resizeLike(g, level, levels[0]!)))), 'fpn_bottleneck', maps.length * D);
  return conv(g, fused, w.at('conv_seg'), [classes, D, 1, 1]);
}
