import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { layerNorm } from './norms';
import { ss2d } from './ss2d';
import type { Weights } from './weights';

/** A stage of the first VMamba: x + SS2D(norm(x)), block after block, [B, h, w, C] -> the same, and C. Keys blocks.i.{ln_1, self_attention}. */
export function vssBlocks(g: ModelGraph, x: Value, stage: Weights): { rows: Value; C: number } {
  const [C] = stage.dims('blocks.0.ln_1.weight', 1);
  let rows = x;
  for (let b = 0; b < stage.count('blocks'); b++) {
    const block = stage.at(`blocks.${b}`);
    rows = g.node('Add', [rows, ss2d(g, layerNorm(g, rows, block.at('ln_1'), C), block.at('self_attention'), C)]);
  }
  return { rows, C };
}
