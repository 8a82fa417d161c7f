import type { GraphBuilder, Value } from '../graph/graph-builder';
import { transpose, type Weights } from './weights';

/** x W^T + b: [..., inputs] -> [..., outputs]. Keys weight [outputs, inputs], bias [outputs] unless `bias` is false. */
export function linear(g: GraphBuilder, x: Value, w: Weights, [outputs, inputs]: readonly [number, number], { bias = true } = {}): Value {
  const product = g.node('MatMul', [x, w.putTransposed(g, 'weight', [outputs, inputs])]);
  return bias ? g.node('Add', [product, w.put(g, 'bias', [outputs])]) : product;
}

/** The outputs of a linear map in parts of `sizes`, [..., inputs] -> [..., size] each, in a product each: that costs less than cutting one large result. Keys as `linear`. */
export function linearParts<const Sizes extends readonly number[]>(g: GraphBuilder, x: Value, w: Weights, sizes: Sizes, inputs: number, { bias = true } = {}): { [Part in keyof Sizes]: Value } {
  const outputs = sizes.reduce((sum, size) => sum + size, 0);
  let from = 0;
  const parts = sizes.map((size) => {
    const [start, end] = [from, (from += size)];
    const rows = w.derive(g, 'weight', `transposed.${start}`, [outputs, inputs], (values) => transpose(values.subarray(start * inputs, end * inputs), size, inputs), [inputs, size]);
    const product = g.node('MatMul', [x, rows]);
    return bias ? g.node('Add', [product, w.derive(g, 'bias', String(start), [outputs], (values) => values.slice(start, end), [size])]) : product;
  });
  return parts as { [Part in keyof Sizes]: Value };
}
