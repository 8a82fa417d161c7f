/**
 * A diagonal complex state space with state. Gu et al. 2022, "On the Parameterization and Initialization of Diagonal State Space Models"; in the form of
 * aTENNuate (Pei et al. 2024):
 *   s_t = exp(lambda) s_(t-1) + dt B x_t,   y_t = C Re(s_t),   lambda = dt (-softplus(A_0) + i A_1),   dt = exp(log_dt)
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import type { Weights } from './weights';

/** x [1, T, inputs] -> [1, T, outputs]. Keys log_dt [N], A [N, 2], B [N, inputs], C [outputs, N]. */
export function diagonalStateSpace(g: ModelGraph, x: Value, w: Weights, T: number, name: string): Value {
  const [states, channels] = w.dims('B', 2);
  const [outputs] = w.dims('C', 2);
  const system = {
    name: w.prefix.slice(0, -1),
    channels,
    outputs,
    states,
    discretization: 'exponential',
    A: w.take('A', [states, 2]).map((value, i) => (i % 2 === 0 ? -softplus(value) : value)),
    dt: w.take('log_dt', [states]).map(Math.exp),
    B: { values: w.take('B', [states, channels]), complex: false },
    C: { values: w.take('C', [outputs, states]), complex: false },
  } as const;
  const state = g.state(name, [1, 1, states, 2]);
  const { y, h } = g.ops.diagonalStateSpace(g, { x, system, h0: state.before }, { length: T });
  state.after(h);
  return y;
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
