import type { GraphBuilder, Value } from '../graph/graph-builder';
import { gelu } from './activations';
import { linear } from './linear';
import type { Weights } from './weights';

/** fc2(GELU(fc1(x))), [..., C] -> [..., C]. Keys fc1.{weight [M, C], bias}, fc2.{weight [C, M], bias}. */
export function mlp(g: GraphBuilder, x: Value, w: Weights, C: number): Value {
  const [M] = w.dims('fc1.bias', 1);
  return linear(g, gelu(g, linear(g, x, w.at('fc1'), [M, C])), w.at('fc2'), [C, M]);
}
