/**
 * A linear time-invariant state space with complex diagonal transitions, as numbers: it is known when the graph is built.
 *
 * A shared state (`B` is given):  h_t = a h_(t-1) + b B x_t,  y_t = Re(C h_t) + D x_t.
 * A bank, for each channel by itself:  h_t = a h_(t-1) + x_t,  y_t = Re(sum_n b C h_t) + D x_t.
 * a and b by discretization, z = dt A:  none: A, 1;  exponential: exp(z), dt;  zoh: exp(z), (exp(z) - 1) / A;  bilinear: (1 + z/2) / (1 - z/2), dt / (1 - z/2).
 *
 * D channels in, E out, N states, of each channel in a bank.
 */
import { divide, times, type Complex } from './complex';

export interface DiagonalSystem {
  /** of its tensors in the graph */
  name: string;
  channels: number;
  outputs: number;
  states: number;
  discretization: 'none' | 'exponential' | 'zoh' | 'bilinear';
  /** [N, 2], or [D, N, 2] of a bank: real and imaginary parts */
  A: Float32Array;
  /** [N], or [D] of a bank; ones */
  dt?: Float32Array;
  /** [N, D] */
  B?: Matrix;
  /** [E, N] */
  C: Matrix;
  /** [E] */
  D?: Float32Array;
}

/** Real numbers, or pairs of real and imaginary parts. */
export interface Matrix {
  values: Float32Array;
  complex: boolean;
}

/** What one state does in a step. */
export interface Step {
  /** a^exponent, in double precision for any exponent */
  power(exponent: number): Complex;
  b: Complex;
}

/** The states of all channels, [groups * N]. */
export function stepsOf({ discretization, A, dt, states, B }: DiagonalSystem): Step[] {
  return Array.from({ length: A.length / 2 }, (_, i) => {
    const step = dt?.[B ? i : Math.floor(i / states)] ?? 1;
    return discretize(discretization, { re: A[2 * i]!, im: A[2 * i + 1]! }, step);
  });
}

function discretize(kind: DiagonalSystem['discretization'], A: Complex, dt: number): Step {
  const z = { re: dt * A.re, im: dt * A.im };
  switch (kind) {
    case 'exponential':
      return { power: powersOfExp(z), b: { re: dt, im: 0 } };
    case 'zoh':
      return { power: powersOfExp(z), b: times({ re: dt, im: 0 }, expRatio(z)) };
    case 'bilinear': {
      const below = { re: 1 - z.re / 2, im: -z.im / 2 };
      return { power: powersOf(divide({ re: 1 + z.re / 2, im: z.im / 2 }, below)), b: divide({ re: dt, im: 0 }, below) };
    }
    case 'none':
      return { power: powersOf(A), b: { re: 1, im: 0 } };
  }
}

function powersOfExp(z: Complex): Step['power'] {
  return (exponent) => polar(Math.exp(z.re * exponent), z.im * exponent);
}

function powersOf(a: Complex): Step['power'] {
  const [size, angle] = [Math.hypot(a.re, a.im), Math.atan2(a.im, a.re)];
  return (exponent) => polar(size ** exponent, angle * exponent);
}

/** (exp(z) - 1) / z */
function expRatio(z: Complex): Complex {
  if (Math.hypot(z.re, z.im) < 0.01) return [5, 4, 3, 2].reduce<Complex>((sum, n) => ({ re: 1 + (z.re * sum.re - z.im * sum.im) / n, im: (z.re * sum.im + z.im * sum.re) / n }), { re: 1, im: 0 });
  const e = polar(Math.exp(z.re), z.im);
  return divide({ re: e.re - 1, im: e.im }, z);
}

const polar = (size: number, angle: number): Complex => ({ re: size * Math.cos(angle), im: size * Math.sin(angle) });

/** Entry i, complex or not. */
export const entry = ({ values, complex }: Matrix, i: number): Complex => (complex ? { re: values[2 * i]!, im: values[2 * i + 1]! } : { re: values[i]!, im: 0 });
