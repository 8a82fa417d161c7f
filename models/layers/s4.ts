/**
 * S4: a state matrix that is diagonal plus rank one. Gu, Goel & Re 2022, "Efficiently Modeling Long Sequences with Structured State Spaces"
 * (arXiv 2111.00396). Its eigenvalues are found when the graph is built, so that it runs as any diagonal state space does.
 *
 *   A = diag(d) - p p*,   discretised by the bilinear rule with dt
 *   K(s) = C (s - A)^-1 B = [CB] - [Cp] [p*B] / (1 + [p*p]),   [xy] = sum_n x_n y_n / (s - d_n)
 *
 * The poles mu of K are the roots of f(s) = 1 + [p*p]; that of mu has the residue -[Cp] [p*B] / f'(mu). Vectors lie in the files without their
 * conjugates, which belong to the sums.
 *
 * Glossary: H channels, N states of the file, each with its conjugate; S copies of A and B, taken in turn by the channels.
 */
import type { Value } from '../graph/graph-builder';
import { add, divide, size, subtract, times, type Complex } from '../graph/lowering/complex';
import type { DiagonalSystem } from '../graph/lowering/diagonal-system';
import type { ModelGraph, State } from '../graph/lowering/model-graph';
import { distinctRoots } from './roots';
import { s4Parameters, type S4Parameters } from './s4-parameters';
import type { Weights } from './weights';

const ONE = { re: 1, im: 0 };
/** Of an eigenvalue's size: a smaller imaginary part is none. */
const REAL = 1e-9;
const UNUSED: Mode = { pole: { re: -1, im: 0 }, residue: { re: 0, im: 0 } };

/** The state of one sequence, called after the layer. Keys as `s4`. */
export function s4State(g: ModelGraph, w: Weights, name: string): State {
  const [, H, N] = w.dims('kernel.C', 4);
  return g.state(`${name}.s4`, [1, H, 2 * N, 2]);
}

/** [1, L, H] -> [1, L, H]. Keys D [1, H], and of `s4Parameters` with kernel.inv_dt [H, 1], the logarithm of dt, and a kernel.P of rank one. */
export function s4(g: ModelGraph, x: Value, w: Weights, state: State): Value {
  const [outputs, H] = w.dims('kernel.C', 4);
  if (outputs !== 1) throw w.misshapen('kernel.C', '[1, H, N, 2], one output a channel');
  const parameters = s4Parameters(w, w.take('kernel.inv_dt', [H, 1]).map(Math.exp));
  const system = { ...s4System(w, parameters, 0), D: w.take('D', [1, H]) };
  const { y, h } = g.ops.diagonalStateSpace(g, { x, system, h0: state.before }, {});
  state.after(h);
  return y;
}

/** Output `output` of each channel as a diagonal system. With `halved` one of each conjugate pair stands for both; a state is then not that of the whole. */
export function s4System(w: Weights, { H, dt, d, B, C, P, length }: S4Parameters, output: number, { halved = false } = {}): DiagonalSystem {
  if (!P) throw w.misshapen('kernel.C', 'that of a kernel with kernel.P');
  const copies = d.map((_, s) => polesOf(withConjugates(d[s]!), withConjugates(P[s]!), withConjugates(B[s]!), w));
  const channels = C[output]!.map((C_h, h) => {
    const step = dt[h]!;
    const modes = residues(copies[h % copies.length]!, withConjugates(C_h)).map(({ pole, residue }): Mode => {
      const z = { re: (pole.re * step) / 2, im: (pole.im * step) / 2 };
      const a = divide(add(ONE, z), subtract(ONE, z));
      return { pole, residue: length > 0 ? divide(residue, subtract(ONE, power(a, length))) : residue };
    });
    return halved ? upperHalf(modes) : modes;
  });
  const states = channels.reduce((most, modes) => Math.max(most, modes.length), 0);
  const filled = channels.flatMap((modes) => [...modes, ...Array.from({ length: states - modes.length }, () => UNUSED)]);
  return {
    name: w.prefix.slice(0, -1),
    channels: H,
    outputs: H,
    states,
    discretization: 'bilinear',
    A: Float32Array.from(filled.flatMap(({ pole }) => [pole.re, pole.im])),
    dt,
    C: { values: Float32Array.from(filled.flatMap(({ residue }) => [residue.re, residue.im])), complex: true },
  };
}

interface Mode {
  pole: Complex;
  residue: Complex;
}

/** What the poles of one copy of A and B have in common for all C. */
interface Poles {
  d: readonly Complex[];
  p: readonly Complex[];
  at: readonly { pole: Complex; factor: Complex }[]; // -[p*B] / f'
}

function polesOf(d: Complex[], p: Complex[], B: Complex[], w: Weights): Poles {
  const conjugate = p.map(({ re, im }) => ({ re, im: -im }));
  const weight = p.map(({ re, im }) => ({ re: re * re + im * im, im: 0 }));
  const f = (at: Complex) => add(ONE, sum(d, at, (n, below) => divide(weight[n]!, below)));
  const slope = (at: Complex) => sum(d, at, (n, below) => divide({ re: -weight[n]!.re, im: 0 }, times(below, below)));
  // f is a fraction whose denominator has the roots d
  const logSlope = (at: Complex, value: Complex) => add(divide(slope(at), value), sum(d, at, (_, below) => divide(ONE, below)));
  const starts = d.map((d_n, n) => subtract(d_n, { re: weight[n]!.re + 1e-6, im: 1e-3 * Math.sign(d_n.im) }));
  const roots = distinctRoots(f, logSlope, starts);
  if (!roots) throw w.misshapen(w.has('kernel.A_real') ? 'kernel.A_real' : 'kernel.log_A_real', 'a state matrix of distinct eigenvalues');
  const at = roots.map((pole) => {
    const into = sum(d, pole, (n, below) => divide(times(conjugate[n]!, B[n]!), below));
    return { pole, factor: divide({ re: -into.re, im: -into.im }, slope(pole)) };
  });
  return { d, p, at };
}

function residues({ d, p, at }: Poles, C: readonly Complex[]): Mode[] {
  return at.map(({ pole, factor }) => ({ pole, residue: times(factor, sum(d, pole, (n, below) => divide(times(C[n]!, p[n]!), below))) }));
}

/** Of the system of a real matrix: those above the real axis stand for their conjugates too. */
function upperHalf(modes: readonly Mode[]): Mode[] {
  const isReal = ({ pole }: Mode) => Math.abs(pole.im) <= REAL * size(pole);
  return modes.filter((mode) => isReal(mode) || mode.pole.im > 0).map((mode) => (isReal(mode) ? mode : { ...mode, residue: { re: 2 * mode.residue.re, im: 2 * mode.residue.im } }));
}

/** sum_n term(n, at - d_n) */
function sum(d: readonly Complex[], at: Complex, term: (n: number, below: Complex) => Complex): Complex {
  return d.reduce((total, d_n, n) => add(total, term(n, subtract(at, d_n))), { re: 0, im: 0 });
}

const withConjugates = (half: readonly Complex[]): Complex[] => [...half, ...half.map(({ re, im }) => ({ re, im: -im }))];

function power(a: Complex, exponent: number): Complex {
  const [length, angle] = [Math.log(size(a)) * exponent, Math.atan2(a.im, a.re) * exponent];
  return { re: Math.exp(length) * Math.cos(angle), im: Math.exp(length) * Math.sin(angle) };
}
