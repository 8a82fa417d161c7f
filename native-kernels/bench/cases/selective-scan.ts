/** Mamba's selective scan with softplus, skip and gate: u, delta, z [1, L, D], B, C [1, L, N], A [D, N], D [D]. */
import { GraphBuilder, type Value } from '../../../models/graph/graph-builder';
import { native } from '../../../models/graph/lowering/native';
import { portable } from '../../../models/graph/lowering/portable';
import type { StateSpaceOps } from '../../../models/graph/lowering/state-space-ops';
import { EXP_OPS, SILU_OPS, SOFTPLUS_OPS, type Case, type Formulation } from '../case';
import { random } from '../tensors';

const D = 384;
const N = 16;

export const selectiveScan = (): Case[] => [197, 1024, 4096, 16384].map(atLength);

function atLength(L: number): Case {
  return {
    op: 'SelectiveScan',
    shape: `L=${L} D=${D} N=${N}`,
    elements: L * D * N,
    inputs: () => ({
      u: random([1, L, D], 1),
      delta: random([1, L, D], 2, -4, 0),
      A: random([D, N], 3, -N, -1),
      B: random([1, L, N], 4),
      C: random([1, L, N], 5),
      D: random([D], 6),
      z: random([1, L, D], 7),
    }),
    ours: lowered('ssm.SelectiveScan', native, L),
    peers: [
      { name: 'plain core', build: (g) => buildPlain(g, L), aim: 1 / 1.45, differs: true },
      { name: 'Scan', build: (g) => buildScan(g, L, stepwise), aim: 25 },
      ...(L > 4096 ? [] : [{ name: 'Scan, hoisted', build: (g: GraphBuilder) => buildScan(g, L, hoisted) }]), // would hold gigabytes
      { ...lowered('LinearAttention', portable, L), aim: 50 },
      ...(L < 1024 ? [] : [{ ...lowered('one thread', native, L), aim: 1.8, threads: 1 }]),
    ],
    work: {
      // exp(dt A), its product with h and B's term, and C's: 12 a channel and state
      vectorOps: L * D * (N * (EXP_OPS + 4) + SOFTPLUS_OPS + SILU_OPS + 3),
      bytes: 4 * L * (4 * D + 2 * N),
    },
  };
}

function inputs(g: GraphBuilder, L: number) {
  return {
    u: g.input('u', [1, L, D]),
    delta: g.input('delta', [1, L, D]),
    A: g.input('A', [D, N]),
    B: g.input('B', [1, L, N]),
    C: g.input('C', [1, L, N]),
    D: g.input('D', [D]),
    z: g.input('z', [1, L, D]),
  };
}

function lowered(name: string, ops: StateSpaceOps, L: number): Formulation {
  return { name, build: (g) => g.output('y', ops.selectiveScan(g, inputs(g, L), { channels: D, states: N }).y, [1, L, D]) };
}

/** Our recurrence without softplus, skip and gate. */
function buildPlain(g: GraphBuilder, L: number): void {
  const { u, delta, A, B, C } = inputs(g, L);
  g.output('y', g.node('SelectiveScan', [u, g.node('Abs', [delta]), A, B, C], {}, 'ssm'), [1, L, D]);
}

/** The recurrence [L, D] of the discretised inputs as an ONNX Scan, inside softplus, skip and gate. */
function buildScan(g: GraphBuilder, L: number, recurrence: Recurrence): void {
  const { u, delta, A, B, C, D: skip, z } = inputs(g, L);
  const row = (x: Value) => g.node('Squeeze', [x, g.ints([0])]);
  const step = g.node('Softplus', [row(delta)]); // [L, D]
  const y = recurrence(g, { step, drive: g.node('Mul', [step, row(u)]), A, B: row(B), C: row(C) });
  const skipped = g.node('Add', [y, g.node('Mul', [row(u), skip])]);
  const gated = g.node('Mul', [skipped, g.node('Mul', [row(z), g.node('Sigmoid', [row(z)])])]);
  g.output('y', g.node('Unsqueeze', [gated, g.ints([0])]), [1, L, D]);
}

type Recurrence = (g: GraphBuilder, inputs: { step: Value; drive: Value; A: Value; B: Value; C: Value }) => Value;

const startState = (g: GraphBuilder) => g.initializer('h_start', [D, N], new Float32Array(D * N));

/** Everything in the loop, as the recurrence is written: little memory. */
const stepwise: Recurrence = (g, { step, drive, A, B, C }) => {
  const body = new GraphBuilder('step', g);
  const h = body.input('h', [D, N]);
  const [stepAt, driveAt, bAt, cAt] = [body.input('step_t', [D]), body.input('drive_t', [D]), body.input('b_t', [N]), body.input('c_t', [N])];
  const column = (x: Value) => body.node('Unsqueeze', [x, body.ints([1])]);
  const decay = body.node('Exp', [body.node('Mul', [column(stepAt), A])]);
  const next = body.node('Add', [body.node('Mul', [decay, h]), body.node('Mul', [column(driveAt), bAt])]);
  body.output('h_next', next, [D, N]);
  body.output('y_t', body.node('ReduceSum', [body.node('Mul', [next, cAt]), body.ints([1])], { keepdims: 0 }), [D]);
  return g.nodes(2, 'Scan', [startState(g), step, drive, B, C], { body, num_scan_inputs: 4 })[1]!;
};

/** Only the state's own update in the loop; decays, inputs and all states are held for every step, three tensors [L, D, N]. */
const hoisted: Recurrence = (g, { step, drive, A, B, C }) => {
  const column = (x: Value) => g.node('Unsqueeze', [x, g.ints([2])]);
  const decay = g.node('Exp', [g.node('Mul', [column(step), A])]);
  const input = g.node('Mul', [column(drive), g.node('Unsqueeze', [B, g.ints([1])])]);
  const body = new GraphBuilder('step', g);
  const [h, decayAt, inputAt] = [body.input('h', [D, N]), body.input('decay_t', [D, N]), body.input('input_t', [D, N])];
  const next = body.node('Add', [body.node('Mul', [decayAt, h]), inputAt]);
  body.output('h_next', next, [D, N]);
  body.output('h_t', body.node('Identity', [next]), [D, N]);
  const [, states] = g.nodes(2, 'Scan', [startState(g), decay, input], { body, num_scan_inputs: 2 });
  return g.node('Squeeze', [g.node('MatMul', [states!, column(C)]), g.ints([2])]);
};
