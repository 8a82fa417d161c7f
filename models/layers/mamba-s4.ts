/**
 * A Mamba block around S4 in place of the selective scan, as CleanUMamba has it (Groot et al. 2024): S4 works on few channels, between a
 * linear map into them and a gated one out of them. Layout [1, L, channels].
 *
 * Glossary: D model width, E inner width, H channels of S4, K taps of the convolution.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph, State } from '../graph/lowering/model-graph';
import { gelu, silu } from './activations';
import { linear, linearParts } from './linear';
import { BIAS_FREE } from './mixer-parts';
import { s4, s4State } from './s4';
import type { Weights } from './weights';

export interface MambaS4States {
  conv: State; // [1, K-1, E]
  ssm: State;
}

/** States for one sequence, called after the layer. */
export function mambaS4States(g: ModelGraph, w: Weights, name: string): MambaS4States {
  const [E, , K] = w.dims('conv1d.weight', 3);
  return { conv: g.state(`${name}.conv`, [1, K - 1, E]), ssm: s4State(g, w.at('ssm.layer'), name) };
}

/**
 * [1, L, D] -> [1, L, D]. Keys in_proj.weight [2E, D] (x, then z), conv1d.{weight [E, 1, K], bias}, ssm.input_linear.{weight [H, E], bias}, ssm.layer as `s4`,
 * ssm.output_linear.0.{weight [2E, H], bias}, out_proj.weight [D, E].
 */
export function mambaS4(g: ModelGraph, u: Value, w: Weights, D: number, states: MambaS4States): Value {
  const [E, , K] = w.dims('conv1d.weight', 3);
  const [H] = w.dims('ssm.input_linear.weight', 2);
  const [x, z] = linearParts(g, u, w.at('in_proj'), [E, E], D, BIAS_FREE);
  const weight = w.put(g, 'conv1d.weight', [E, 1, K], [E, K]);
  const conv = g.ops.causalConv1d(g, { x, weight, bias: w.put(g, 'conv1d.bias', [E]), s0: states.conv.before }, { silu: true });
  states.conv.after(conv.s);
  const mixed = gelu(g, s4(g, linear(g, conv.y, w.at('ssm.input_linear'), [H, E]), w.at('ssm.layer'), states.ssm));
  const [a, b] = linearParts(g, mixed, w.at('ssm.output_linear.0'), [E, E], H);
  const y = g.node('Mul', [a, g.node('Sigmoid', [b])]); // GLU, Dauphin et al. 2017
  return linear(g, g.node('Mul', [y, silu(g, z)]), w.at('out_proj'), [D, E], BIAS_FREE);
}
