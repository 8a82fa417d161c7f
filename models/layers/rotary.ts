import type { GraphBuilder, Value } from '../graph/graph-builder';
import type { Weights } from './weights';

/** Each pair of channels turned by an angle of its position, [B, L, D] -> [B, L, D]. Keys freqs_cos, freqs_sin [L, D]. Su et al. 2021, "RoFormer". */
export function rotary(g: GraphBuilder, w: Weights): (x: Value) => Value {
  const [L, D] = w.dims('freqs_cos', 2);
  const cos = w.put(g, 'freqs_cos', [L, D]);
  const sin = w.derive(g, 'freqs_sin', 'signed', [L, D], (values) => values.map((value, i) => (i % 2 === 0 ? -value : value)));
  const partners = g.ints(Array.from({ length: D }, (_, i) => i ^ 1));
  return (x) => g.node('Add', [g.node('Mul', [x, cos]), g.node('Mul', [g.node('Gather', [x, partners], { axis: -1 }), sin])]);
}
