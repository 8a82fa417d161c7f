/** What the Mamba mixers share. */
import type { GraphBuilder, Value } from '../graph/graph-builder';
import type { Weights } from './weights';

/** The projections into and out of a mixer have no bias. */
export const BIAS_FREE = { bias: false };

/** Cuts the last axis into parts of the given sizes. */
export function split<const Sizes extends readonly number[]>(g: GraphBuilder, x: Value, sizes: Sizes): { [Part in keyof Sizes]: Value } {
  return g.nodes(sizes.length, 'Split', [x, g.ints(sizes)], { axis: -1 }) as { [Part in keyof Sizes]: Value };
}

/** A = -exp(A_log), computed once when the graph is built */
export function negativeExp(g: GraphBuilder, w: Weights, key: string, shape: readonly number[]): Value {
  return w.derive(g, key, 'A', shape, (values) => values.map((value) => -Math.exp(value)));
}
