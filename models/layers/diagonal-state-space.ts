/**
 * A diagonal complex state space with state, a run of T frames at a time, in stock operators. Gu et al. 2022, "On the Parameterization and
 * Initialization of Diagonal State Space Models"; in the form of aTENNuate (Pei et al. 2024):
 *   s_t = exp(lambda) s_(t-1) + dt B x_t,   y_t = C Re(s_t),   lambda = dt (-softplus(A_0) + i A_1),   dt = exp(log_dt)
 * Within a run y and the last s are linear in the run's input and the first s. The maps are computed in double precision from powers
 * of exp(lambda), so rounding does not build up from frame to frame as it would in a recurrence.
 *
 * Glossary: T frames, N complex states, inputs and outputs channels.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { split } from './mixer-parts';
import type { Weights } from './weights';

/** Frames that one map covers: a map for each state grows with their square. */
const CHUNK = 16;

/** x [1, T, inputs] -> [1, T, outputs]. Keys log_dt [N], A [N, 2], B [N, inputs], C [outputs, N]. */
export function diagonalStateSpace(g: ModelGraph, x: Value, w: Weights, T: number, name: string): Value {
  const [N, inputs] = w.dims('B', 2);
  const [outputs] = w.dims('C', 2);
  return inputs === 1 && outputs === 1 ? oneChannel(g, x, w, T, N, name) : manyChannels(g, x, w, { T, N, inputs, outputs }, name);
}

/** The real and imaginary part of exp(lambda_n)^power */
type Power = (n: number, power: number) => { re: number; im: number };

function powers(w: Weights, N: number): { power: Power; dt: Float64Array } {
  const dt = Float64Array.from(w.take('log_dt', [N]), Math.exp);
  const A = w.take('A', [N, 2]);
  const power: Power = (n, exponent) => {
    const size = Math.exp(-dt[n]! * softplus(A[2 * n]!) * exponent);
    const angle = dt[n]! * A[2 * n + 1]! * exponent;
    return { re: size * Math.cos(angle), im: size * Math.sin(angle) };
  };
  return { power, dt };
}

/** One dense map for all states: [x, Re s, Im s] -> y, and x -> the next s, to which the old one is added turned. */
function oneChannel(g: ModelGraph, x: Value, w: Weights, T: number, N: number, name: string): Value {
  const { power, dt } = powers(w, N);
  const B = w.take('B', [N, 1]).map((value, n) => value * dt[n]!);
  const state = g.state(name, [1, 2 * N]);
  const input = g.node('Reshape', [x, g.ints([1, T])]);

  const toOutput = w.derive(g, 'C', 'to_output', [1, N], (C) => {
    const kernel = Array.from({ length: T }, (_, age) => C.reduce((sum, c, n) => sum + c * B[n]! * power(n, age).re, 0));
    return matrix(T + 2 * N, T, (row, t) => {
      if (row < T) return row <= t ? kernel[t - row]! : 0;
      const n = (row - T) % N;
      const { re, im } = power(n, t + 1);
      return C[n]! * (row < T + N ? re : -im);
    });
  }, [T + 2 * N, T]);
  const toState = w.derive(g, 'B', 'to_state', [N, 1], () => matrix(T, 2 * N, (t, column) => B[column % N]! * part(power(column % N, T - 1 - t), column < N)), [T, 2 * N]);
  state.after(g.node('Add', [g.node('MatMul', [input, toState]), turned(g, state.before, w, power, N, T)]));
  const y = g.node('MatMul', [g.node('Concat', [input, state.before], { axis: 1 }), toOutput]);
  return g.node('Reshape', [y, g.ints([1, T, 1])]);
}

/** exp(lambda)^T s for s [1, 2N], real parts first */
function turned(g: ModelGraph, s: Value, w: Weights, power: Power, N: number, T: number): Value {
  const factor = (suffix: string, value: (n: number, first: boolean) => number) =>
    w.derive(g, 'log_dt', suffix, [N], () => Float32Array.from({ length: 2 * N }, (_, i) => value(i % N, i < N)), [1, 2 * N]);
  const [re, im] = split(g, s, [N, N]);
  const crossed = g.node('Concat', [im, re], { axis: 1 });
  const straight = g.node('Mul', [s, factor('straight', (n) => power(n, T).re)]);
  return g.node('Add', [straight, g.node('Mul', [crossed, factor('crossed', (n, first) => (first ? -1 : 1) * power(n, T).im)])]);
}

/** A small map for each state: its inputs of a chunk and s -> its outputs and the next s. */
function manyChannels(g: ModelGraph, x: Value, w: Weights, sizes: { T: number; N: number; inputs: number; outputs: number }, name: string): Value {
  const { T, N, inputs, outputs } = sizes;
  const { power, dt } = powers(w, N);
  const into = w.derive(g, 'B', 'input', [N, inputs], (B) => matrix(inputs, N, (i, n) => B[n * inputs + i]! * dt[n]!), [inputs, N]);
  const drive = g.node('Reshape', [g.node('Transpose', [g.node('MatMul', [x, into])], { perm: [2, 0, 1] }), g.ints([N, 1, T])]);

  const length = Math.min(T, CHUNK);
  const side = length + 2;
  const maps = w.derive(g, 'log_dt', 'maps', [N], () => {
    const all = new Float32Array(N * side * side);
    for (let n = 0; n < N; n++) all.set(chunkMap(length, (exponent) => power(n, exponent)), n * side * side);
    return all;
  }, [N, side, side]);

  const state = g.state(name, [N, 1, 2]);
  let s = state.before;
  const parts = split(g, drive, Array.from({ length: T / length }, () => length)).map((chunk) => {
    const [y, next] = split(g, g.node('MatMul', [g.node('Concat', [chunk, s], { axis: 2 }), maps]), [length, 2]);
    s = next!;
    return y!;
  });
  state.after(s);
  const y = parts.length === 1 ? parts[0]! : g.node('Concat', parts, { axis: 2 });
  const frames = g.node('Transpose', [y], { perm: [1, 2, 0] }); // [1, T, N]
  return g.node('MatMul', [frames, w.putTransposed(g, 'C', [outputs, N])]);
}

/** [x_0 .. x_(T-1), Re s, Im s] -> [y_0 .. y_(T-1), Re s', Im s'] of one state, where y is the real part */
function chunkMap(T: number, power: (exponent: number) => { re: number; im: number }): Float32Array {
  return matrix(T + 2, T + 2, (row, column) => {
    const until = Math.min(column, T - 1); // the state behind the chunk is that of its last frame
    const imaginary = column === T + 1;
    if (row < T) return row <= until ? part(power(until - row), !imaginary) : 0;
    const { re, im } = power(until + 1);
    if (row === T) return imaginary ? im : re;
    return imaginary ? re : -im;
  });
}

const part = ({ re, im }: { re: number; im: number }, real: boolean) => (real ? re : im);

function matrix(rows: number, columns: number, value: (row: number, column: number) => number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
