import type { GraphBuilder, Value } from '../graph/graph-builder';

export function relu(g: GraphBuilder, x: Value): Value {
  return g.node('Relu', [x]);
}

/** x * sigmoid(x) */
export function silu(g: GraphBuilder, x: Value): Value {
  return g.node('QuickGelu', [x], { alpha: { float: 1 } }, 'com.microsoft');
}

/** x * Phi(x), exact unless `tanh`. Hendrycks & Gimpel 2016. */
export function gelu(g: GraphBuilder, x: Value, { tanh = false } = {}): Value {
  return g.node('Gelu', [x], { approximate: tanh ? 'tanh' : 'none' });
}

/** x, or x / 100 where it is negative */
export function leakyRelu(g: GraphBuilder, x: Value): Value {
  return g.node('LeakyRelu', [x], { alpha: { float: 0.01 } });
}
