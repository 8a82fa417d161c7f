/** The short causal convolution, with SiLU and without: x [1, L, D], w [D, K], bias [D]. */
import type { GraphBuilder } from '../../../models/graph/graph-builder';
import { native } from '../../../models/graph/lowering/native';
import { portable } from '../../../models/graph/lowering/portable';
import type { StateSpaceOps } from '../../../models/graph/lowering/state-space-ops';
import { SILU_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';

const D = 768;
const K = 4;

export const causalConv1d = (): Case[] => [1024, 4096].flatMap((L) => [true, false].map((silu) => ofLength(L, silu)));

function ofLength(L: number, silu: boolean): Case {
  return {
    op: 'CausalConv1d',
    shape: `L=${L} D=${D} K=${K}${silu ? ' silu' : ''}`,
    elements: L * D,
    inputs: () => ({ x: random([1, L, D], 1), w: random([D, K], 2), bias: random([D], 3) }),
    ours: lowered('ssm.CausalConv1d', native, L, silu),
    peers: [
      { name: 'Conv', build: (g) => buildConv(g, L, silu) },
      lowered('CausalConvWithState', portable, L, silu),
      { name: 'Neg', build: (g) => buildCopy(g, L), aim: 1 / 1.5, differs: true },
    ],
    work: { vectorOps: L * D * (K + (silu ? SILU_OPS : 0)), bytes: 4 * 2 * L * D },
  };
}

const inputs = (g: GraphBuilder, L: number) => ({ x: g.input('x', [1, L, D]), weight: g.input('w', [D, K]), bias: g.input('bias', [D]) });

function lowered(name: string, ops: StateSpaceOps, L: number, silu: boolean): Formulation {
  return { name, build: (g) => g.output('y', ops.causalConv1d(g, inputs(g, L), { silu }).y, [1, L, D]) };
}

/** The memory bound: one pass that reads x and writes as much. */
function buildCopy(g: GraphBuilder, L: number): void {
  g.output('y', g.node('Neg', [g.input('x', [1, L, D])]), [1, L, D]);
}

/** A depthwise Conv between transpositions, as exporters write it. */
function buildConv(g: GraphBuilder, L: number, silu: boolean): void {
  const { x, weight, bias } = inputs(g, L);
  const first = g.node('Transpose', [x], { perm: [0, 2, 1] });
  const y = g.node('Conv', [first, g.node('Unsqueeze', [weight, g.ints([1])]), bias], { group: D, kernel_shape: [K], pads: [K - 1, 0] });
  const gated = silu ? g.node('Mul', [y, g.node('Sigmoid', [y])]) : y;
  g.output('y', g.node('Transpose', [gated], { perm: [0, 2, 1] }), [1, L, D]);
}
