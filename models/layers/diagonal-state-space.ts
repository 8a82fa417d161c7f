/**
 * A diagonal complex state space with state, a run of T frames at a time. Gu et al. 2022, "On the Parameterization and Initialization of Diagonal
 * State Space Models"; in the form of aTENNuate (Pei et al. 2024):
 *   s_t = exp(lambda) s_(t-1) + dt B x_t,   y_t = C Re(s_t),   lambda = dt (-softplus(A_0) + i A_1),   dt = exp(log_dt)
 * A run is cut into chunks. Within one, y is a short convolution of its input, plus what is left of the state before it; only the states
 * at the chunks' ends follow one another. All factors are powers of exp(lambda) taken in double precision, so rounding does
 * not build up from frame to frame as it would in a plain recurrence.
 *
 * Glossary: T frames, P frames of a chunk, N complex states (real parts first in [.., 2N]), inputs and outputs channels.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { split } from './mixer-parts';
import type { Weights } from './weights';

/** Frames of a chunk: the convolution's cost grows with them, the chain of states shrinks. */
const CHUNK = 16;
/** One channel needs no states within a chunk, so it may be longer. */
const CHUNK_OF_ONE_CHANNEL = 64;

/** x [1, T, inputs] -> [1, T, outputs]; T below a chunk or a multiple of it. Keys log_dt [N], A [N, 2], B [N, inputs], C [outputs, N]. */
export function diagonalStateSpace(g: ModelGraph, x: Value, w: Weights, T: number, name: string): Value {
  const [N, inputs] = w.dims('B', 2);
  const [outputs] = w.dims('C', 2);
  const alone = inputs === 1 && outputs === 1;
  const P = Math.min(T, alone ? CHUNK_OF_ONE_CHANNEL : CHUNK);
  const system = { g, w, N, P, chunks: T / P, ...discretised(w, N) };
  return alone ? oneChannel(system, x, name) : manyChannels(system, x, inputs, outputs, name);
}

interface System {
  g: ModelGraph;
  w: Weights;
  N: number;
  P: number;
  chunks: number;
  dt: Float64Array;
  /** exp(lambda_n)^exponent */
  power(n: number, exponent: number): Complex;
}

interface Complex {
  re: number;
  im: number;
}

function discretised(w: Weights, N: number): Pick<System, 'dt' | 'power'> {
  const dt = Float64Array.from(w.take('log_dt', [N]), Math.exp);
  const A = w.take('A', [N, 2]);
  const rate = dt.map((step, n) => step * softplus(A[2 * n]!));
  const turn = dt.map((step, n) => step * A[2 * n + 1]!);
  return {
    dt,
    power(n, exponent) {
      const size = Math.exp(-rate[n]! * exponent);
      return { re: size * Math.cos(turn[n]! * exponent), im: size * Math.sin(turn[n]! * exponent) };
    },
  };
}

/** Dense maps over all states: of a chunk to its output and to the state's gain, and of the state to the output. */
function oneChannel(system: System, x: Value, name: string): Value {
  const { g, w, N, P, chunks, dt, power } = system;
  const B = w.take('B', [N, 1]).map((value, n) => value * dt[n]!);
  const C = w.take('C', [1, N]);
  const kernel = Array.from({ length: P }, (_, age) => C.reduce((sum, c, n) => sum + c * B[n]! * power(n, age).re, 0));
  const within = w.derive(g, 'C', 'within', [1, N], () => matrix(P, P, (from, to) => (from <= to ? kernel[to - from]! : 0)), [P, P]);
  const gain = w.derive(g, 'B', 'gain', [N, 1], () => matrix(P, 2 * N, (t, i) => B[i % N]! * part(power(i % N, P - 1 - t), i < N)), [P, 2 * N]);
  const fade = w.derive(g, 'C', 'fade', [1, N], () => matrix(2 * N, P, (i, t) => C[i % N]! * realFactor(power(i % N, t + 1), i < N)), [2 * N, P]);

  const pieces = g.node('Reshape', [x, g.ints([chunks, P])]);
  const before = statesBefore(system, g.node('MatMul', [pieces, gain]), name);
  const y = g.node('Add', [g.node('MatMul', [pieces, within]), g.node('MatMul', [before, fade])]);
  return g.node('Reshape', [y, g.ints([1, chunks * P, 1])]);
}

/** The same for each state by itself, between the maps B and C. */
function manyChannels(system: System, x: Value, inputs: number, outputs: number, name: string): Value {
  const { g, w, N, P, chunks, dt, power } = system;
  /** a factor for each frame of a chunk and each state */
  const factors = (suffix: string, value: (t: number, n: number) => number) => w.derive(g, 'log_dt', suffix, [N], () => matrix(P, N, value), [P, N]);
  const into = w.derive(g, 'B', 'input', [N, inputs], (B) => matrix(inputs, N, (i, n) => B[n * inputs + i]! * dt[n]!), [inputs, N]);
  const drive = g.node('Reshape', [g.node('MatMul', [x, into]), g.ints([chunks, P, N])]);

  const within = P === 1 ? drive : g.ops.causalConv1d(g, { x: drive, weight: w.derive(g, 'log_dt', 'within', [N], () => matrix(N, P, (n, k) => power(n, P - 1 - k).re), [N, P]) }, {}).y;
  const real = g.node('Squeeze', [g.node('Slice', [within, g.ints([P - 1]), g.ints([P]), g.ints([1])]), g.ints([1])]);
  const turnedDrive = g.node('Mul', [drive, factors('gain', (t, n) => power(n, P - 1 - t).im)]);
  const imaginary = g.node('ReduceSum', [turnedDrive, g.ints([1])], { keepdims: 0 });
  const before = statesBefore(system, g.node('Concat', [real, imaginary], { axis: 1 }), name);

  const [re, im] = split(g, g.node('Unsqueeze', [before, g.ints([1])]), [N, N]);
  const left = g.node('Add', [
    g.node('Mul', [re, factors('fade_re', (t, n) => realFactor(power(n, t + 1), true))]),
    g.node('Mul', [im, factors('fade_im', (t, n) => realFactor(power(n, t + 1), false))]),
  ]);
  const frames = g.node('Reshape', [g.node('Add', [within, left]), g.ints([1, chunks * P, N])]);
  return g.node('MatMul', [frames, w.putTransposed(g, 'C', [outputs, N])]);
}

/** gains [chunks, 2N], what each chunk adds to the state -> the states before the chunks, [chunks, 2N] */
function statesBefore(system: System, gains: Value, name: string): Value {
  const { g, w, N, P, chunks, power } = system;
  const factor = (suffix: string, value: (n: number, real: boolean) => number) =>
    w.derive(g, 'A', suffix, [N, 2], () => Float32Array.from({ length: 2 * N }, (_, i) => value(i % N, i < N)), [1, 2 * N]);
  const straight = factor('straight', (n) => power(n, P).re);
  const crossed = factor('crossed', (n, real) => (real ? -1 : 1) * power(n, P).im);

  const state = g.state(name, [1, 2 * N]);
  const before = [state.before];
  for (const gain of g.nodes(chunks, 'Split', [gains, g.ints(Array.from({ length: chunks }, () => 1))], { axis: 0 })) {
    const s = before.at(-1)!;
    const [re, im] = split(g, s, [N, N]);
    const turned = g.node('Add', [g.node('Mul', [s, straight]), g.node('Mul', [g.node('Concat', [im, re], { axis: 1 }), crossed])]);
    before.push(g.node('Add', [turned, gain]));
  }
  state.after(before.pop()!);
  return before.length === 1 ? before[0]! : g.node('Concat', before, { axis: 0 });
}

const part = ({ re, im }: Complex, real: boolean) => (real ? re : im);

/** What the real or the imaginary part of a state is multiplied with in the real part of its product. */
const realFactor = ({ re, im }: Complex, real: boolean) => (real ? re : -im);

function matrix(rows: number, columns: number, value: (row: number, column: number) => number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
