import type { GraphBuilder, Value } from '../graph/graph-builder';
import type { Weights } from './weights';

/** x W^T + b: [..., inputs] -> [..., outputs]. Keys weight [outputs, inputs], bias [outputs] unless `bias` is false. */
export function linear(g: GraphBuilder, x: Value, w: Weights, [outputs, inputs]: readonly [number, number], { bias = true } = {}): Value {
  const product = g.node('MatMul', [x, w.putTransposed(g, 'weight', [outputs, inputs])]);
  return bias ? g.node('Add', [product, w.put(g, 'bias', [outputs])]) : product;
}
