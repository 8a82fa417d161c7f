/**
 * Mamba-1 mixers. Gu & Dao 2023, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces"; both directions: Zhu et al.
 * 2024, "Vision Mamba" (bimamba v2). Layout [B, L, channels].
 *
 * Glossary: D model width, E inner width, R rank of delta, N state size, K taps of the convolution.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph, State } from '../graph/lowering/model-graph';
import { linear, linearParts } from './linear';
import { BIAS_FREE, negativeExp, split } from './mixer-parts';
import { transpose, type Weights } from './weights';

export interface MambaStates {
  conv: State; // [B, K-1, E]
  ssm: State; // [B, E, N]
}

/** States for one sequence, called after the layer. */
export function mambaStates(g: ModelGraph, w: Weights, name: string): MambaStates {
  const { E, N } = dimensions(w);
  const [, , K] = w.dims('conv1d.weight', 3);
  return { conv: g.state(`${name}.conv`, [1, K - 1, E]), ssm: g.state(`${name}.ssm`, [1, E, N]) };
}

/**
 * [B, L, D] -> [B, L, D]. Keys in_proj.weight [2E, D] (x, then z), conv1d.{weight [E, 1, K], bias}, x_proj.weight [R + 2N, E] (delta, B, C),
 * dt_proj.{weight [E, R], bias}, A_log [E, N], D [E], out_proj.weight [D, E]. `reverse`: from the last step to the first.
 */
export function mamba(g: ModelGraph, u: Value, w: Weights, D: number, states?: MambaStates, { reverse = false } = {}): Value {
  const { E } = dimensions(w);
  const [x, z] = linearParts(g, u, w.at('in_proj'), [E, E], D, BIAS_FREE);
  return linear(g, direction(g, x, z, w, { states, reverse }), w.at('out_proj'), [D, E], BIAS_FREE);
}

/**
 * Both directions with shared projections. Keys as `mamba`, and for the backward one conv1d_b, x_proj_b, dt_proj_b, A_b_log, D_b.
 * `divide` halves the sum, as checkpoints trained with if_divide_out expect.
 */
export function bidirectionalMamba(g: ModelGraph, u: Value, w: Weights, D: number, { divide = false } = {}): Value {
  const { E } = dimensions(w);
  const [x, z] = linearParts(g, u, w.at('in_proj'), [E, E], D, BIAS_FREE);
  const sum = g.node('Add', [direction(g, x, z, w, {}), direction(g, x, z, w, { reverse: true, own: '_b' })]);
  const out = w.derive(g, 'out_proj.weight', divide ? 'transposed.halved' : 'transposed', [D, E], (values) => {
    const turned = transpose(values, D, E);
    return divide ? turned.map((value) => value / 2) : turned;
  }, [E, D]);
  return g.node('MatMul', [sum, out]);
}

/** Both directions with shared projections, convolution and steps: only A_b_log is the backward one's own (bimamba v1). The sum is not halved. */
export function sharedBidirectionalMamba(g: ModelGraph, u: Value, w: Weights, D: number): Value {
  const { E } = dimensions(w);
  const [x, z] = linearParts(g, u, w.at('in_proj'), [E, E], D, BIAS_FREE);
  const driven = drive(g, x, w, {});
  const [there, back] = [scan(g, driven, z, w, {}), scan(g, driven, z, w, { reverse: true, A: 'A_b_log' })];
  return linear(g, g.node('Add', [there, back]), w.at('out_proj'), [D, E], BIAS_FREE);
}

function dimensions(w: Weights, own = '', A = `A${own}_log`) {
  const [E, N] = w.dims(A, 2);
  const [, R] = w.dims(`dt_proj${own}.weight`, 2);
  return { E, N, R };
}

interface DirectionOptions {
  reverse?: boolean;
  states?: MambaStates | undefined;
  own?: string; // ends the names of the direction's weights
  A?: string; // the name of its A
}

/** x, z [B, L, E] -> scan(SiLU(conv(x))) * SiLU(z) */
export function direction(g: ModelGraph, x: Value, z: Value, w: Weights, options: DirectionOptions): Value {
  return scan(g, drive(g, x, w, options), z, w, options);
}

/** What a scan reads, [B, L, ...]. */
interface Driven {
  u: Value;
  delta: Value;
  B: Value;
  C: Value;
}

function drive(g: ModelGraph, x: Value, w: Weights, { reverse = false, states, own = '', A }: DirectionOptions): Driven {
  const { E, N, R } = dimensions(w, own, A);
  const [, , K] = w.dims(`conv1d${own}.weight`, 3);
  const conv = g.ops.causalConv1d(
    g,
    { x, weight: w.put(g, `conv1d${own}.weight`, [E, 1, K], [E, K]), bias: w.put(g, `conv1d${own}.bias`, [E]), s0: states?.conv.before },
    { silu: true, reverse },
  );
  states?.conv.after(conv.s);
  const [low, B, C] = split(g, linear(g, conv.y, w.at(`x_proj${own}`), [R + 2 * N, E], BIAS_FREE), [R, N, N]);
  return { u: conv.y, delta: g.node('MatMul', [low, w.putTransposed(g, `dt_proj${own}.weight`, [E, R])]), B, C };
}

function scan(g: ModelGraph, driven: Driven, z: Value, w: Weights, { reverse = false, states, own = '', A = `A${own}_log` }: DirectionOptions): Value {
  const { E, N } = dimensions(w, own, A);
  const { y, h } = g.ops.selectiveScan(
    g,
    { ...driven, A: negativeExp(g, w, A, [E, N]), D: w.put(g, `D${own}`, [E]), z, deltaBias: w.put(g, `dt_proj${own}.bias`, [E]), h0: states?.ssm.before },
    { channels: E, states: N, reverse },
  );
  states?.ssm.after(h);
  return y;
}
