/**
 * S4D: a diagonal state matrix. Gu, Gupta, Goel & Re 2022, "On the Parameterization and Initialization of Diagonal State Space Models" (arXiv 2206.11893).
 * Of each conjugate pair of states the file holds one, which stands for both.
 */
import { times } from '../graph/lowering/complex';
import type { DiagonalSystem } from '../graph/lowering/diagonal-system';
import type { S4Parameters } from './s4-parameters';
import type { Weights } from './weights';

/** Output `output` of each channel as a diagonal system. */
export function s4dSystem(w: Weights, { H, dt, d, B, C }: S4Parameters, output: number, discretization: 'zoh' | 'bilinear'): DiagonalSystem {
  const N = d[0]!.length;
  const out = C[output]!.flatMap((C_h, h) => C_h.map((c, n) => times(c, B[h % B.length]![n]!)));
  const rates = Array.from({ length: H }, (_, h) => d[h % d.length]!).flat();
  return {
    name: w.prefix.slice(0, -1),
    channels: H,
    outputs: H,
    states: N,
    discretization,
    A: Float32Array.from(rates.flatMap(({ re, im }) => [re, im])),
    dt,
    C: { values: Float32Array.from(out.flatMap(({ re, im }) => [2 * re, 2 * im])), complex: true },
  };
}
