import { add, divide, size, subtract, times, type Complex } from '../graph/lowering/complex';

const ZERO = { re: 0, im: 0 };
const ONE = { re: 1, im: 0 };
const MOST_ITERATIONS = 200;
/** Of a root's distance from its pole: what double precision can settle. */
const SETTLED = 1e-13;
const GOOD_ENOUGH = 1e-9;

/**
 * The roots of f(s) = 1 + sum_n w_n / (s - d_n), all d distinct and all w above zero: one for each n, as its distance from d_n, so that roots keep their digits
 * where a small w puts them next to d_n. Aberth's iteration, on the numerator of f. Undefined where it does not settle, as with roots that coincide.
 * Aberth 1973, "Iteration methods for finding all zeros of a polynomial simultaneously".
 */
export function secularRoots(d: readonly Complex[], w: readonly number[]): Complex[] | undefined {
  const roots = w.map((weight, n) => ({ re: -weight, im: -1e-3 * weight * Math.sign(d[n]!.im) }));
  let moved = Infinity;
  for (let i = 0; i < MOST_ITERATIONS && moved > SETTLED; i++) {
    moved = 0;
    for (const [k, root] of roots.entries()) {
      let [value, slope, repelled] = [ONE, ZERO, ZERO]; // f, f' and how the other roots push
      for (const [n, below] of distances(d, k, root).entries()) {
        const inverse = divide(ONE, below);
        const term = { re: w[n]! * inverse.re, im: w[n]! * inverse.im };
        value = add(value, term);
        slope = subtract(slope, times(term, inverse));
        repelled = add(repelled, n === k ? inverse : subtract(inverse, divide(ONE, subtract(below, roots[n]!))));
      }
      if (size(value) === 0) continue;
      const step = divide(ONE, add(divide(slope, value), repelled));
      roots[k] = subtract(root, step);
      moved = Math.max(moved, size(step) / size(root));
    }
  }
  return moved <= GOOD_ENOUGH ? roots : undefined;
}

/** s - d_n for all n, of the s that lies `offset` from d_k. */
export function distances(d: readonly Complex[], k: number, offset: Complex): Complex[] {
  return d.map((d_n) => add(subtract(d[k]!, d_n), offset));
}
