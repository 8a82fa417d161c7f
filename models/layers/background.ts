import type { GraphBuilder, Value } from '../graph/graph-builder';

/** Logits of one class, [B, 1, h, w], as those of two, [B, 2, h, w]: the background's is 0, so that the class wins where its sigmoid is above one half. */
export function withBackground(g: GraphBuilder, logits: Value): Value {
  return g.node('Pad', [logits, g.ints([0, 1, 0, 0, 0, 0, 0, 0])]);
}
