import { add, divide, size, subtract, type Complex } from '../graph/lowering/complex';

const MOST_ITERATIONS = 200;
/** Of a root's size: what double precision can settle. */
const SETTLED = 1e-13;
const GOOD_ENOUGH = 1e-9;

/**
 * Aberth's iteration for all roots of a polynomial at once, which is given as the numerator of f: `logSlope` is its derivative over itself, where f has
 * the value `value`. Undefined where it does not settle, as with roots that coincide. Aberth 1973, "Iteration methods for finding all zeros of a polynomial simultaneously".
 */
export function distinctRoots(f: (at: Complex) => Complex, logSlope: (at: Complex, value: Complex) => Complex, starts: readonly Complex[]): Complex[] | undefined {
  const one = { re: 1, im: 0 };
  const roots = [...starts];
  let moved = Infinity;
  for (let i = 0; i < MOST_ITERATIONS && moved > SETTLED; i++) {
    moved = 0;
    for (const [k, root] of roots.entries()) {
      const value = f(root);
      if (size(value) === 0) continue;
      const others = roots.reduce((total, other, j) => (j === k ? total : add(total, divide(one, subtract(root, other)))), { re: 0, im: 0 });
      const step = divide(one, subtract(logSlope(root, value), others));
      roots[k] = subtract(root, step);
      moved = Math.max(moved, size(step) / Math.max(size(root), 1e-30));
    }
  }
  return moved <= GOOD_ENOUGH ? roots : undefined;
}
