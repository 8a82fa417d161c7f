/** Mamba-2's layer with softplus, skip and gate: x, z [1, L, H, P], dt [1, L, H], A, D [H], B, C [1, L, N]. */
import type { GraphBuilder } from '../../../models/graph/graph-builder';
import { native } from '../../../models/graph/lowering/native';
import { portable } from '../../../models/graph/lowering/portable';
import type { StateSpaceOps } from '../../../models/graph/lowering/state-space-ops';
import { EXP_OPS, SILU_OPS, SOFTPLUS_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';

const H = 8;
const P = 64;
const N = 64;

export const stateSpaceDual = (): Case[] => [1024, 4096].map(atLength);

function atLength(L: number): Case {
  return {
    op: 'StateSpaceDual',
    shape: `L=${L} H=${H} P=${P} N=${N}`,
    elements: L * H * P * N,
    inputs: () => ({
      x: random([1, L, H, P], 1),
      dt: random([1, L, H], 2, -4, 0),
      A: random([H], 3, -8, -1),
      B: random([1, L, N], 4),
      C: random([1, L, N], 5),
      D: random([H], 6),
      z: random([1, L, H, P], 7),
    }),
    ours: lowered('ssm.StateSpaceDual', native, L),
    peers: [{ ...lowered('LinearAttention', portable, L), aim: 5 }],
    work: { vectorOps: L * (H * (leastPerStep() + P * (SILU_OPS + 2) + SOFTPLUS_OPS) + N), bytes: 4 * L * (3 * H * P + H + 2 * N) },
  };
}

/**
 * Multiply-adds of one head and time step in the form with chunks of Q steps: the state is updated and read once a step (2 P N) and decayed once a chunk,
 * and a step meets the Q/2 before it in its chunk through x (P), C B^T (N, shared by the heads) and their decay. The best Q is taken.
 */
function leastPerStep(): number {
  const perStep = (Q: number) => 2 * P * N + (P * N) / Q + (Q / 2) * (P + N / H + EXP_OPS);
  return Math.min(3 * P * N, ...[4, 8, 16, 32, 64].map(perStep));
}

const inputs = (g: GraphBuilder, L: number) => ({
  x: g.input('x', [1, L, H, P]),
  dt: g.input('dt', [1, L, H]),
  A: g.input('A', [H]),
  B: g.input('B', [1, L, N]),
  C: g.input('C', [1, L, N]),
  D: g.input('D', [H]),
  z: g.input('z', [1, L, H, P]),
});

function lowered(name: string, ops: StateSpaceOps, L: number): Formulation {
  return { name, build: (g) => g.output('y', ops.stateSpaceDual(g, inputs(g, L), { heads: H, headDim: P }).y, [1, L, H, P]) };
}
