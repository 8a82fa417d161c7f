import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import type { Weights } from './weights';

/** [B, M, D] -> [B, M + 1, D], the class token before patch `middle`. Key cls_token [1, 1, D]. */
export function withClassToken(g: ModelGraph, patches: Value, middle: number, w: Weights, D: number): Value {
  const images = g.node('Shape', [patches], { start: 0, end: 1 });
  const token = g.node('Expand', [w.put(g, 'cls_token', [1, 1, D]), g.node('Concat', [images, g.ints([1, D])], { axis: 0 })]);
  const part = (from: number, to: number) => g.node('Slice', [patches, g.ints([from]), g.ints([to]), g.ints([1])]);
  return g.node('Concat', [part(0, middle), token, part(middle, Number.MAX_SAFE_INTEGER)], { axis: 1 });
}
