import type { GraphBuilder, Value } from '../graph/graph-builder';
import { linear, linearParts } from './linear';
import type { Weights } from './weights';

/**
 * Multi-head self-attention over all positions, [B, L, D] -> [B, L, D]. Vaswani et al. 2017.
 * Keys qkv.{weight [3D, D], bias}, proj.{weight [D, D], bias}.
 */
export function selfAttention(g: GraphBuilder, x: Value, w: Weights, D: number, heads: number): Value {
  const [q, k, v] = linearParts(g, x, w.at('qkv'), [D, D, D], D);
  const mixed = g.node('MultiHeadAttention', [q, k, v], { num_heads: heads }, 'com.microsoft');
  return linear(g, mixed, w.at('proj'), [D, D]);
}
