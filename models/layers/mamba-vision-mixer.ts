/**
 * The mixer of MambaVision. Hatamizadeh & Kautz 2024, "MambaVision: A Hybrid Mamba-Transformer Vision Backbone", section 3.2. Unlike Mamba's it looks both ways in its
 * convolutions, and a second branch without a scan lies beside the first instead of gating it.
 *
 * Glossary: D model width, E inner width of a branch (D / 2), R rank of delta, N state size, K taps of the convolutions.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { linear, linearParts } from './linear';
import { BIAS_FREE, negativeExp, split } from './mixer-parts';
import type { Weights } from './weights';

/**
 * [B, L, D] -> [B, L, D]. Keys in_proj.weight [2E, D] (x, then z), conv1d_x.weight and conv1d_z.weight [E, 1, K], x_proj.weight [R + 2N, E], dt_proj.{weight [E, R], bias},
 * A_log [E, N], D [E], out_proj.weight [D, 2E].
 */
export function mambaVisionMixer(g: ModelGraph, rows: Value, w: Weights, D: number): Value {
  const [E, N] = w.dims('A_log', 2);
  const [, R] = w.dims('dt_proj.weight', 2);
  const [x, z] = linearParts(g, rows, w.at('in_proj'), [E, E], D, BIAS_FREE);
  const u = sameConv(g, x, w, 'conv1d_x.weight', E);
  const [low, B, C] = split(g, linear(g, u, w.at('x_proj'), [R + 2 * N, E], BIAS_FREE), [R, N, N]);
  const { y } = g.ops.selectiveScan(
    g,
    {
      u,
      delta: g.node('MatMul', [low, w.putTransposed(g, 'dt_proj.weight', [E, R])]),
      A: negativeExp(g, w, 'A_log', [E, N]),
      B,
      C,
      D: w.put(g, 'D', [E]),
      deltaBias: w.derive(g, 'dt_proj.bias', 'twice', [E], (values) => values.map((value) => 2 * value)), // the published code adds it before the scan and in it
    },
    { channels: E, states: N },
  );
  return linear(g, g.node('Concat', [y, sameConv(g, z, w, 'conv1d_z.weight', E)], { axis: -1 }), w.at('out_proj'), [D, 2 * E], BIAS_FREE);
}

/** SiLU of a convolution of each channel that is centred, with zeros on both sides: the causal one, fed ahead of its time. */
function sameConv(g: ModelGraph, x: Value, w: Weights, key: string, E: number): Value {
  const [, , K] = w.dims(key, 3);
  const ahead = Math.ceil((K - 1) / 2);
  const fed = g.node('Pad', [x, g.ints([0, 0, 0, 0, ahead, 0])]);
  const { y } = g.ops.causalConv1d(g, { x: fed, weight: w.put(g, key, [E, 1, K], [E, K]) }, { silu: true });
  return g.node('Slice', [y, g.ints([ahead]), g.ints([2 ** 31 - 1]), g.ints([1])]);
}
