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
import { distances, secularRoots } from './roots';
import { s4Parameters, type S4Parameters } from './s4-parameters';
import type { Weights } from './weights';

const ZERO = { re: 0, im: 0 };
const ONE = { re: 1, im: 0 };
/** Of an eigenvalue's size: a smaller imaginary part is none. */
const REAL = 1e-9;
/** Of an eigenvalue: how much larger than their sum residues may be, which are kept in single precision. Trained weights show some 20. */
const WORST_CONDITION = 1000;
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
  const copies = d.map((_, s) => copyOf(withConjugates(d[s]!), withConjugates(P[s]!), withConjugates(B[s]!), w));
  const channels = C[output]!.map((C_h, h) => {
    const step = dt[h]!;
    const modes = modesOf(copies[h % copies.length]!, withConjugates(C_h)).map(({ pole, residue }): Mode => {
      const z = { re: (pole.re * step) / 2, im: (pole.im * step) / 2 };
      const a = divide(add(ONE, z), subtract(ONE, z));
      return { pole, residue: length > 0 ? divide(residue, subtract(ONE, power(a, length))) : residue };
    });
    return halved ? upperHalf(modes) : modes;
  });
  const states = halved ? channels.reduce((most, modes) => Math.max(most, modes.length), 0) : 2 * d[0]!.length;
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

/** One copy of A and B: what does not depend on C. Equal diagonal values act as one, so each is here once. */
interface Copy {
  p: readonly Complex[];
  B: readonly Complex[];
  groups: readonly number[]; // which diagonal value each state has
  d: readonly Complex[];
  weight: readonly number[]; // [p*p] of each
  into: readonly Complex[]; // [p*B] of each
  roots: readonly { pole: Complex; below: readonly Complex[]; factor: Complex }[]; // below: pole - d; factor: -[p*B] / f'
}

function copyOf(values: Complex[], p: Complex[], B: Complex[], w: Weights): Copy {
  const d: Complex[] = [];
  const groups = values.map((value) => {
    const known = d.findIndex(({ re, im }) => re === value.re && im === value.im);
    return known >= 0 ? known : d.push(value) - 1;
  });
  const weight = grouped(groups, p, conjugate(p)).map(({ re }) => re);
  const into = grouped(groups, conjugate(p), B);
  const coupled = weight.flatMap((value, n) => (value > 0 ? [n] : []));
  const offsets = secularRoots(coupled.map((n) => d[n]!), coupled.map((n) => weight[n]!));
  const roots = offsets?.map((offset, i) => {
    const n = coupled[i]!;
    const below = distances(d, n, offset);
    const slope = sum(below, (at, m) => divide({ re: -weight[m]!, im: 0 }, times(at, at)));
    const numerator = sum(below, (at, m) => divide(into[m]!, at));
    const condition = below.reduce((total, at, m) => total + weight[m]! / size(at) ** 2, 0) / size(slope);
    return { pole: add(d[n]!, offset), below, factor: divide({ re: -numerator.re, im: -numerator.im }, slope), condition };
  });
  if (!roots || roots.some(({ condition }) => condition > WORST_CONDITION)) throw w.misshapen(w.has('kernel.A_real') ? 'kernel.A_real' : 'kernel.log_A_real', 'a state matrix of distinct eigenvalues');
  return { p, B, groups, d, weight, into, roots };
}

/** The poles of K and their residues: the roots of f, and the diagonal values that several states have or that are not coupled to the others. */
function modesOf({ p, B, groups, d, weight, into, roots }: Copy, C: readonly Complex[]): Mode[] {
  const out = grouped(groups, C, p);
  const direct = grouped(groups, C, B);
  const kept = d.flatMap((pole, n): Mode[] => {
    if (weight[n] === 0) return [{ pole, residue: direct[n]! }];
    if (groups.indexOf(n) === groups.lastIndexOf(n)) return [];
    return [{ pole, residue: subtract(direct[n]!, divide(times(out[n]!, into[n]!), { re: weight[n]!, im: 0 })) }];
  });
  return [...roots.map(({ pole, below, factor }) => ({ pole, residue: times(factor, sum(below, (at, n) => divide(out[n]!, at))) })), ...kept];
}

/** sum of a_n b_n over the states of each diagonal value */
function grouped(groups: readonly number[], a: readonly Complex[], b: readonly Complex[]): Complex[] {
  const sums: Complex[] = [];
  for (const [n, group] of groups.entries()) sums[group] = add(sums[group] ?? ZERO, times(a[n]!, b[n]!));
  return sums;
}

/** Of the system of a real matrix: those above the real axis stand for their conjugates too. */
function upperHalf(modes: readonly Mode[]): Mode[] {
  const isReal = ({ pole }: Mode) => Math.abs(pole.im) <= REAL * size(pole);
  return modes.filter((mode) => isReal(mode) || mode.pole.im > 0).map((mode) => (isReal(mode) ? mode : { ...mode, residue: { re: 2 * mode.residue.re, im: 2 * mode.residue.im } }));
}

function sum(values: readonly Complex[], term: (value: Complex, n: number) => Complex): Complex {
  return values.reduce((total, value, n) => add(total, term(value, n)), ZERO);
}

const conjugate = (values: readonly Complex[]): Complex[] => values.map(({ re, im }) => ({ re, im: -im }));
const withConjugates = (half: readonly Complex[]): Complex[] => [...half, ...conjugate(half)];

function power(a: Complex, exponent: number): Complex {
  const [length, angle] = [Math.log(size(a)) * exponent, Math.atan2(a.im, a.re) * exponent];
  return { re: Math.exp(length) * Math.cos(angle), im: Math.exp(length) * Math.sin(angle) };
}
