/**
 * S4: a state matrix that is diagonal plus rank one. Gu, Goel & Re 2022, "Efficiently Modeling Long Sequences with Structured State Spaces"
 * (arXiv 2111.00396). Its eigenvalues are found when the graph is built, so that it runs as any diagonal state space does.
 *
 *   A = diag(d) - p p*,   d = -exp(A_real) - i A_imag,   discretised by the bilinear rule with dt = exp(inv_dt)
 *   K(s) = C (s - A)^-1 B = [CB] - [Cp] [p*B] / (1 + [p*p]),   [xy] = sum_n x_n y_n / (s - d_n)
 *
 * The poles mu of K are the roots of f(s) = 1 + [p*p]; that of mu has the residue -[Cp] [p*B] / f'(mu). Vectors lie in the files without their
 * conjugates, which belong to the sums.
 *
 * Glossary: H channels, N states of the file, each with its conjugate.
 */
import type { Value } from '../graph/graph-builder';
import { add, divide, size, subtract, times, type Complex } from '../graph/lowering/complex';
import type { DiagonalSystem } from '../graph/lowering/diagonal-system';
import type { ModelGraph, State } from '../graph/lowering/model-graph';
import type { Weights } from './weights';

const ONE = { re: 1, im: 0 };
const MOST_ITERATIONS = 200;
/** Of a root's size: what double precision can settle. */
const SETTLED = 1e-13;

/** The state of one sequence, called after the layer. Keys as `s4`. */
export function s4State(g: ModelGraph, w: Weights, name: string): State {
  const [, H, N] = w.dims('kernel.C', 4);
  return g.state(`${name}.s4`, [1, H, 2 * N, 2]);
}

/**
 * [1, L, H] -> [1, L, H]. Keys D [1, H]; kernel.{inv_dt [H, 1], A_real, A_imag [H, N], B [1, H, N, 2], C [1, H, N, 2], P [1, H, N, 2], l_kernel []}.
 * C is stored as C (I - a^L) with L = l_kernel, 0 for C itself.
 */
export function s4(g: ModelGraph, x: Value, w: Weights, state: State): Value {
  const { y, h } = g.ops.diagonalStateSpace(g, { x, system: diagonalised(w), h0: state.before }, {});
  state.after(h);
  return y;
}

function diagonalised(w: Weights): DiagonalSystem {
  const [channels, H, N] = w.dims('kernel.C', 4);
  if (channels !== 1) throw w.misshapen('kernel.C', '[1, H, N, 2], one output a channel');
  const [rank] = w.dims('kernel.P', 4);
  if (rank !== 1) throw w.misshapen('kernel.P', '[1, H, N, 2], a rank of one');
  const vectors = (key: string) => pairs(w.take(key, [1, H, N, 2]));
  const [B, C, P] = ['kernel.B', 'kernel.C', 'kernel.P'].map(vectors) as [Complex[], Complex[], Complex[]];
  const [real, imaginary] = [w.take('kernel.A_real', [H, N]), w.take('kernel.A_imag', [H, N])];
  const d = Array.from(real, (value, i) => ({ re: -Math.exp(value), im: -imaginary[i]! }));
  const dt = w.take('kernel.inv_dt', [H, 1]).map(Math.exp);
  const [length] = w.take('kernel.l_kernel', []) as unknown as [number];

  const poles: number[] = [];
  const residues: number[] = [];
  for (let h = 0; h < H; h++) {
    const own = (of: Complex[]) => withConjugates(of.slice(h * N, (h + 1) * N));
    for (const { pole, residue } of modes(own(d), own(P), own(B), own(C), w)) {
      const z = { re: (pole.re * dt[h]!) / 2, im: (pole.im * dt[h]!) / 2 };
      const a = divide(add(ONE, z), subtract(ONE, z));
      const stored = length > 0 ? divide(residue, subtract(ONE, power(a, length))) : residue;
      poles.push(pole.re, pole.im);
      residues.push(stored.re, stored.im);
    }
  }
  return {
    name: w.prefix.slice(0, -1),
    channels: H,
    outputs: H,
    states: 2 * N,
    discretization: 'bilinear',
    A: Float32Array.from(poles),
    dt,
    C: { values: Float32Array.from(residues), complex: true },
    D: w.take('D', [1, H]),
  };
}

/** Aberth's iteration for all roots of f at once, from places beside the d. */
function modes(d: Complex[], p: Complex[], B: Complex[], C: Complex[], w: Weights): { pole: Complex; residue: Complex }[] {
  const conjugate = p.map(({ re, im }) => ({ re, im: -im }));
  const weight = p.map(({ re, im }) => ({ re: re * re + im * im, im: 0 }));
  const sum = (at: Complex, terms: (n: number, below: Complex) => Complex) => d.reduce((total, d_n, n) => add(total, terms(n, subtract(at, d_n))), { re: 0, im: 0 });
  const f = (at: Complex) => add(ONE, sum(at, (n, below) => divide(weight[n]!, below)));
  const slope = (at: Complex) => sum(at, (n, below) => divide({ re: -weight[n]!.re, im: 0 }, times(below, below)));

  const roots = d.map((d_n, n) => subtract(d_n, { re: weight[n]!.re + 1e-6, im: 1e-3 * Math.sign(d_n.im) }));
  let moved = Infinity;
  for (let i = 0; i < MOST_ITERATIONS && moved > SETTLED; i++) {
    moved = 0;
    for (const [k, root] of roots.entries()) {
      const value = f(root);
      if (size(value) === 0) continue;
      const logSlope = add(divide(slope(root), value), sum(root, (_, below) => divide(ONE, below))); // of the polynomial whose roots these are
      const others = roots.reduce((total, other, j) => (j === k ? total : add(total, divide(ONE, subtract(root, other)))), { re: 0, im: 0 });
      const step = divide(ONE, subtract(logSlope, others));
      roots[k] = subtract(root, step);
      moved = Math.max(moved, size(step) / Math.max(size(root), 1e-30));
    }
  }
  if (!(moved <= 1e-9)) throw w.misshapen('kernel.A_real', 'a state matrix of distinct eigenvalues');
  return roots.map((pole) => {
    const out = sum(pole, (n, below) => divide(times(C[n]!, p[n]!), below));
    const into = sum(pole, (n, below) => divide(times(conjugate[n]!, B[n]!), below));
    const residue = divide(times(out, into), slope(pole));
    return { pole, residue: { re: -residue.re, im: -residue.im } };
  });
}

const pairs = (values: Float32Array): Complex[] => Array.from({ length: values.length / 2 }, (_, i) => ({ re: values[2 * i]!, im: values[2 * i + 1]! }));

const withConjugates = (half: Complex[]): Complex[] => [...half, ...half.map(({ re, im }) => ({ re, im: -im }))];

function power(a: Complex, exponent: number): Complex {
  const [length, angle] = [Math.log(size(a)) * exponent, Math.atan2(a.im, a.re) * exponent];
  return { re: Math.exp(length) * Math.cos(angle), im: Math.exp(length) * Math.sin(angle) };
}
