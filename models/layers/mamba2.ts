/**
 * Mamba-2 mixers with one group. Dao & Gu 2024, "Transformers are SSMs". Layout [B, L, channels].
 *
 * Glossary: D model width, E inner width, H heads of P = E / H channels, N state size, K taps of the convolution; z gate, x input,
 * B and C input and output maps of the state, dt steps.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph, State } from '../graph/lowering/model-graph';
import { linear, linearParts } from './linear';
import { BIAS_FREE, negativeExp, split } from './mixer-parts';
import { gatedRmsNorm } from './norms';
import type { Weights } from './weights';

export interface Mamba2States {
  conv: State; // [B, K-1, E+2N]
  ssm: State; // [B, H, P, N]
}

interface Sizes {
  E: number;
  H: number;
  P: number;
  N: number;
  K: number;
}

/** The sizes of a mixer, from its tensors. */
function mamba2Sizes(w: Weights): Sizes {
  const [E] = w.dims('norm.weight', 1);
  const [H] = w.dims('A_log', 1);
  const [channels, , K] = w.dims('conv1d.weight', 3);
  const [P, N] = [E / H, (channels - E) / 2];
  if (!Number.isInteger(P)) throw w.misshapen('A_log', `as many heads as divide the inner width ${E}`);
  if (!Number.isInteger(N) || N < 1) throw w.misshapen('conv1d.weight', `[${E} + 2 state sizes, 1, taps]`);
  return { E, H, P, N, K };
}

/** States for one sequence, called after the layer. */
export function mamba2States(g: ModelGraph, w: Weights, name: string): Mamba2States {
  const { E, H, P, N, K } = mamba2Sizes(w);
  return { conv: g.state(`${name}.conv`, [1, K - 1, E + 2 * N]), ssm: g.state(`${name}.ssm`, [1, H, P, N]) };
}

/**
 * [B, L, D] -> [B, L, D]. Keys in_proj.weight [2E+2N+H, D] (z, x, B, C, dt), conv1d.{weight [E+2N, 1, K], bias} over x, B, C, dt_bias [H],
 * A_log [H], D [H], norm.weight [E], out_proj.weight [D, E].
 */
export function mamba2(g: ModelGraph, u: Value, w: Weights, D: number, states?: Mamba2States): Value {
  const sizes = mamba2Sizes(w);
  const projected = project(g, u, w, D, sizes);
  return mixHeads(g, direction(g, projected, w, sizes, { states }), projected.z, w, D, sizes);
}

/** Both directions with shared projections. Keys as `mamba2`, and for the backward one conv1d_b, dt_bias_b, A_b_log, D_b. */
export function bidirectionalMamba2(g: ModelGraph, u: Value, w: Weights, D: number): Value {
  const sizes = mamba2Sizes(w);
  const projected = project(g, u, w, D, sizes);
  const forward = direction(g, projected, w, sizes, {});
  const backward = direction(g, projected, w, sizes, { backward: true });
  return mixHeads(g, g.node('Add', [forward, backward]), projected.z, w, D, sizes);
}

/** What in_proj makes of the input: the gate, what the convolution reads, and the steps. */
interface Projected {
  z: Value; // [B, L, E]
  x: Value; // [B, L, E]
  B: Value; // [B, L, N]
  C: Value; // [B, L, N]
  dt: Value; // [B, L, H]
}

function project(g: ModelGraph, u: Value, w: Weights, D: number, { E, H, N }: Sizes): Projected {
  const [z, x, B, C, dt] = linearParts(g, u, w.at('in_proj'), [E, E, N, N, H], D, BIAS_FREE);
  return { z, x, B, C, dt };
}

/** SSD(SiLU(conv(x, B, C)), dt), [B, L, H, P] */
function direction(g: ModelGraph, projected: Projected, w: Weights, sizes: Sizes, { backward = false, states }: { backward?: boolean; states?: Mamba2States | undefined }): Value {
  const { H, P } = sizes;
  const own = backward ? '_b' : '';
  const [x, B, C] = convolve(g, projected, w.at(`conv1d${own}`), sizes, { backward, state: states?.conv });
  const ssd = g.ops.stateSpaceDual(
    g,
    {
      x: g.node('Reshape', [x, g.ints([0, 0, H, P])]),
      dt: projected.dt,
      A: negativeExp(g, w, `A${own}_log`, [H]),
      B,
      C,
      D: w.put(g, `D${own}`, [H]),
      dtBias: w.put(g, `dt_bias${own}`, [H]),
      h0: states?.ssm.before,
    },
    { heads: H, headDim: P, reverse: backward },
  );
  states?.ssm.after(ssd.h);
  return ssd.y;
}

/** SiLU(conv) of x, B and C: one convolution's channels, whose state holds theirs side by side. */
function convolve(g: ModelGraph, { x, B, C }: Projected, w: Weights, { E, N, K }: Sizes, { backward, state }: { backward: boolean; state: State | undefined }): [Value, Value, Value] {
  const channels = E + 2 * N;
  const before = state && split(g, state.before, [E, N, N]);
  const convolved = [x, B, C].map((part, i) => {
    const [start, end] = [[0, E], [E, E + N], [E + N, channels]][i] as [number, number];
    const weight = w.derive(g, 'weight', String(start), [channels, 1, K], (values) => values.slice(start * K, end * K), [end - start, K]);
    const bias = w.derive(g, 'bias', String(start), [channels], (values) => values.slice(start, end), [end - start]);
    return g.ops.causalConv1d(g, { x: part, weight, bias, s0: before?.[i] }, { silu: true, reverse: backward });
  });
  state?.after(g.node('Concat', convolved.map(({ s }) => s), { axis: -1 }));
  return convolved.map(({ y }) => y) as [Value, Value, Value];
}

/** y [B, L, H, P], z [B, L, E] -> [B, L, D] */
function mixHeads(g: ModelGraph, y: Value, z: Value, w: Weights, D: number, { E }: Sizes): Value {
  const flat = g.node('Reshape', [y, g.ints([0, 0, E])]);
  return linear(g, gatedRmsNorm(g, flat, z, w.at('norm'), E), w.at('out_proj'), [D, E], BIAS_FREE);
}
