/** The norm behind a Mamba-2 layer, with its gate and without: x, z [1, L, D], weight [D]. */
import type { GraphBuilder, Value } from '../../../models/graph/graph-builder';
import { native } from '../../../models/graph/lowering/native';
import { portable } from '../../../models/graph/lowering/portable';
import type { StateSpaceOps } from '../../../models/graph/lowering/state-space-ops';
import { SILU_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';

const D = 512;
const EPSILON = 1e-5;
const NORM_OPS = 3; // a square, and two products

export const gatedRmsNorm = (): Case[] => [256, 4096].flatMap((L) => [gated(L), plain(L)]);

function gated(L: number): Case {
  const lowered = (name: string, ops: StateSpaceOps): Formulation => formulation(name, L, (g, x, weight) => ops.gatedRmsNorm(g, { x, weight, z: g.input('z', [1, L, D]) }, { epsilon: EPSILON }));
  return {
    ...ofLength(L, ' gate', SILU_OPS + 1, 3),
    ours: lowered('ssm.GatedRmsNorm', native),
    peers: [lowered('SimplifiedLayerNorm', portable)],
  };
}

function plain(L: number): Case {
  const normed = (op: string, domain: string): Formulation => formulation(op, L, (g, x, weight) => g.node(op, [x, weight], { epsilon: { float: EPSILON } }, domain));
  return {
    ...ofLength(L, '', 0, 2),
    ours: normed('GatedRmsNorm', 'ssm'),
    peers: [{ ...normed('SimplifiedLayerNormalization', ''), name: 'SimplifiedLayerNorm' }],
  };
}

function ofLength(L: number, option: string, gateOps: number, tensors: number) {
  return {
    op: 'GatedRmsNorm',
    shape: `L=${L} D=${D}${option}`,
    elements: L * D,
    inputs: () => ({ x: random([1, L, D], 1), z: random([1, L, D], 2, -3, 3), weight: random([D], 3) }),
    work: { vectorOps: L * D * (NORM_OPS + gateOps), bytes: 4 * tensors * L * D },
  };
}

function formulation(name: string, L: number, norm: (g: GraphBuilder, x: Value, weight: Value) => Value): Formulation {
  return { name, build: (g) => g.output('y', norm(g, g.input('x', [1, L, D]), g.input('weight', [D])), [1, L, D]) };
}
