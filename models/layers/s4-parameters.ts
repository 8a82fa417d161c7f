/** The parameters of S4 and S4D kernels as their files hold them. The names have changed between releases; models/architectures/s4-names.ts makes them these. */
import type { Complex } from '../graph/lowering/complex';
import type { Weights } from './weights';

/** Of each conjugate pair of states one. */
export interface S4Parameters {
  H: number;
  dt: Float32Array; // [H]
  d: Complex[][]; // [S][N], the diagonal of A
  B: Complex[][]; // [S][N]
  C: Complex[][][]; // [outputs][H][N]
  /** [S][N], the low-rank part of A where there is one */
  P: Complex[][] | undefined;
  /** C is stored as C (I - a^length); 0 for C itself */
  length: number;
}

/**
 * Keys kernel.C [outputs, H, N, 2]; kernel.A_imag [S, N] with kernel.A_real [S, N] (d = -exp(A_real) - i A_imag) or kernel.log_A_real [S, N] (d = -exp(log_A_real) + i A_imag);
 * kernel.B [1, S, N, 2], ones where it is absent; kernel.P [1, S, N, 2] and kernel.l_kernel [] of S4.
 */
export function s4Parameters(w: Weights, dt: Float32Array): S4Parameters {
  const [outputs, H, N] = w.dims('kernel.C', 4);
  const [real, sign] = w.has('kernel.A_real') ? ['kernel.A_real', -1] : ['kernel.log_A_real', 1];
  const [S] = w.dims(real, 2);
  if (H % S !== 0) throw w.misshapen(real, `[S, N], ${H} channels shared evenly`);
  const [re, im] = [w.take(real, [S, N]), w.take('kernel.A_imag', [S, N])];
  const rows = (values: Complex[]) => Array.from({ length: values.length / N }, (_, i) => values.slice(i * N, (i + 1) * N));
  const vectors = (key: string) => rows(pairs(w.take(key, [1, S, N, 2])));
  if (w.has('kernel.P') && w.dims('kernel.P', 4)[0] !== 1) throw w.misshapen('kernel.P', '[1, H, N, 2], a rank of one');
  const C = rows(pairs(w.take('kernel.C', [outputs, H, N, 2])));
  return {
    H,
    dt,
    d: rows(Array.from(re, (value, i) => ({ re: -Math.exp(value), im: sign * im[i]! }))),
    B: w.has('kernel.B') ? vectors('kernel.B') : rows(Array.from({ length: S * N }, () => ({ re: 1, im: 0 }))),
    C: Array.from({ length: outputs }, (_, output) => C.slice(output * H, (output + 1) * H)),
    P: w.has('kernel.P') ? vectors('kernel.P') : undefined,
    length: w.has('kernel.l_kernel') ? w.take('kernel.l_kernel', [])[0]! : 0,
  };
}

const pairs = (values: Float32Array): Complex[] => Array.from({ length: values.length / 2 }, (_, i) => ({ re: values[2 * i]!, im: values[2 * i + 1]! }));
