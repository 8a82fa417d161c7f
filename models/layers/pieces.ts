import type { Value } from '../graph/graph-builder';
import { ModelGraph } from '../graph/lowering/model-graph';

/** Runs `each` on `together` sequences at once, [B, L, C] -> the same: what it makes of them stays in the processor's cache, and memory is that of one piece. `name` is for the graph. */
export function inPieces(g: ModelGraph, x: Value, together: number, name: string, each: (g: ModelGraph, piece: Value) => Value): Value {
  const inner = new ModelGraph(`${name}pieces`, g.lowering, g);
  inner.output(`${name}mixed`, each(inner, inner.input(`${name}piece`, [together, `${name}length`, `${name}width`])), [together, `${name}length`, `${name}width`]);
  const B = g.node('Shape', [x], { start: 0, end: 1 });
  const missing = g.node('Mod', [g.node('Neg', [B]), g.ints([together])]);
  const whole = g.node('Pad', [x, g.node('Concat', [g.ints([0, 0, 0]), missing, g.ints([0, 0])], { axis: 0 })]);
  const pieces = g.node('Reshape', [whole, g.node('Concat', [g.ints([-1, together]), g.node('Shape', [x], { start: 1 })], { axis: 0 })]);
  const mixed = g.node('Reshape', [g.node('Scan', [pieces], { body: inner, num_scan_inputs: 1 }), g.node('Shape', [whole])]);
  return g.node('Slice', [mixed, g.ints([0]), B, g.ints([0])]);
}
