/** Diagonal state spaces on x [1, L, D]: S4D's bank, N states a channel, and S5's shared state of N. */
import { GraphBuilder, type Value } from '../../../models/graph/graph-builder';
import { times } from '../../../models/graph/lowering/complex';
import { stepsOf, entry, type DiagonalSystem } from '../../../models/graph/lowering/diagonal-system';
import { native } from '../../../models/graph/lowering/native';
import { portable } from '../../../models/graph/lowering/portable';
import type { StateSpaceOps } from '../../../models/graph/lowering/state-space-ops';
import type { Case, Formulation } from '../case';
import { random } from '../tensors';

const D = 128;

export const diagonalStateSpace = (): Case[] => [bank(1024, 32), bank(16000, 32), bank(16000, 64), shared(4096, 64)];

const numbers = (dims: number[], seed: number, low?: number, high?: number) => random(dims, seed, low, high).data as Float32Array;

/** Rates of 0.5 with the frequencies of S4D-Lin, and steps from 0.001 to 0.1, of `groups` channels. */
function system(groups: number, N: number): Pick<DiagonalSystem, 'name' | 'channels' | 'outputs' | 'states' | 'discretization' | 'A' | 'C'> {
  const A = Float32Array.from({ length: groups * N * 2 }, (_, i) => (i % 2 === 0 ? -0.5 : Math.PI * ((i >> 1) % N)));
  return { name: 's', channels: D, outputs: D, states: N, discretization: 'zoh', A, C: { values: numbers([D, N, 2], 2), complex: true } };
}

const steps = (count: number) => numbers([count], 3, Math.log(0.001), Math.log(0.1)).map(Math.exp);

function bank(L: number, N: number): Case {
  const s = { ...system(D, N), dt: steps(D) };
  return {
    op: 'DiagonalStateSpace',
    shape: `bank L=${L} D=${D} N=${N}`,
    elements: L * D * N,
    inputs: () => ({ x: random([1, L, D], 1) }),
    ours: lowered('ssm.DiagonalStateSpace', native, s, L),
    peers: [{ name: 'Scan', build: (g) => buildScan(g, s, L) }, lowered('MatMul in chunks', portable, s, L)],
    work: { vectorOps: 4 * L * D * N, bytes: 4 * 2 * L * D }, // two products to take an input in, two to read
  };
}

function shared(L: number, N: number): Case {
  const s = { ...system(1, N), dt: steps(N), B: { values: numbers([N, D, 2], 4), complex: true } };
  return {
    op: 'DiagonalStateSpace',
    shape: `shared L=${L} D=${D} N=${N}`,
    elements: L * D * N,
    inputs: () => ({ x: random([1, L, D], 1) }),
    ours: lowered('ssm.DiagonalStateSpace', native, s, L),
    peers: [lowered('MatMul in chunks', portable, s, L)],
    work: { vectorOps: L * N * (2 * D + 4 + 2 * D), bytes: 4 * 2 * L * D },
  };
}

function lowered(name: string, ops: StateSpaceOps, system: DiagonalSystem, L: number): Formulation {
  return { name, build: (g) => g.output('y', ops.diagonalStateSpace(g, { x: g.input('x', [1, L, D]), system }, { length: L }).y, [1, L, D]) };
}

/** The recurrence of a bank as an ONNX Scan, its poles discretised before. */
function buildScan(g: GraphBuilder, system: DiagonalSystem, L: number): void {
  const { states: N, C } = system;
  const taken = stepsOf(system);
  const weight = (name: string, value: (i: number) => number) => g.initializer(name, [D, N], Float32Array.from(taken, (_, i) => value(i)));
  const [re, im] = [weight('a_re', (i) => taken[i]!.power(1).re), weight('a_im', (i) => taken[i]!.power(1).im)];
  const [outRe, outIm] = [weight('c_re', (i) => times(taken[i]!.b, entry(C, i)).re), weight('c_im', (i) => times(taken[i]!.b, entry(C, i)).im)];
  const body = new GraphBuilder('step', g);
  const [hRe, hIm, x] = [body.input('h_re', [D, N]), body.input('h_im', [D, N]), body.input('x_t', [D])];
  const product = (a: Value, b: Value) => body.node('Mul', [a, b]);
  const nextRe = body.node('Add', [body.node('Sub', [product(re, hRe), product(im, hIm)]), body.node('Unsqueeze', [x, body.ints([1])])]);
  const nextIm = body.node('Add', [product(re, hIm), product(im, hRe)]);
  const y = body.node('Sub', [product(outRe, nextRe), product(outIm, nextIm)]);
  body.output('h_re_next', nextRe, [D, N]);
  body.output('h_im_next', nextIm, [D, N]);
  body.output('y_t', body.node('ReduceSum', [y, body.ints([1])], { keepdims: 0 }), [D]);
  const start = g.initializer('start', [D, N], new Float32Array(D * N));
  const rows = g.node('Squeeze', [g.input('x', [1, L, D]), g.ints([0])]);
  const [, , all] = g.nodes(3, 'Scan', [start, start, rows], { body, num_scan_inputs: 1 });
  g.output('y', g.node('Unsqueeze', [all!, g.ints([0])]), [1, L, D]);
}
