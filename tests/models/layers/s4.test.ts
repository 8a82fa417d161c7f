/** S4's diagonal form against its state matrix, by the transfer function C (s - A)^-1 B at points of the plane. Where trained weights go: equal, nearly equal and uncoupled diagonal values. */
import { describe, expect, it } from 'vitest';
import { add, divide, size, subtract, times, type Complex } from '../../../models/graph/lowering/complex';
import { s4System } from '../../../models/layers/s4';
import type { S4Parameters } from '../../../models/layers/s4-parameters';
import { Weights } from '../../../models/layers/weights';
import { Random } from '../../support/random';

/** Of the largest value: poles and residues are kept in single precision. */
const TOLERANCE = 1e-5;
const POINTS: Complex[] = [{ re: 0.3, im: 0 }, { re: 0.1, im: 2 }, { re: 0, im: -1 }, { re: 2, im: 0.5 }];

const random = new Random(7);
const vector = (n: number, scale = 1): Complex[] => Array.from({ length: n }, () => ({ re: scale * random.next(), im: scale * random.next() }));
const diagonal = (...parts: [number, number][]): Complex[] => parts.map(([re, im]) => ({ re, im }));

function parameters(d: Complex[], P: Complex[]): S4Parameters {
  return { H: 1, dt: Float32Array.of(0.1), d: [d], B: [vector(d.length)], C: [[vector(d.length)]], P: [P], length: 0 };
}

const cases: Record<string, S4Parameters> = {
  'values far apart': parameters(diagonal([-0.5, 1], [-0.7, 3], [-0.6, 6]), vector(3)),
  'equal values': parameters(diagonal([-0.5, 1], [-0.5, 1], [-0.5, 1], [-0.7, 2]), vector(4)),
  'a cluster': parameters(diagonal([-0.5, 1e-3], [-0.5, 1e-3 + 1e-7], [-0.5 - 1e-7, 1e-3], [-0.5, -2e-4], [-0.9, 0]), vector(5, 0.05)),
  'states without coupling': parameters(diagonal([-0.5, 1], [-0.5, 1], [-0.7, 2], [-0.8, 0.5]), [...vector(1), { re: 0, im: 0 }, { re: 0, im: 0 }, { re: 1e-9, im: 0 }]),
};

describe.each([false, true])('halved: %s', (halved) => {
  it.each(Object.entries(cases))('%s', (_, parts) => {
    const { A, C, states } = s4System(new Weights(new Map()), parts, 0, { halved });
    const pairs = (values: Float32Array) => Array.from({ length: states }, (_, n) => ({ re: values[2 * n]!, im: values[2 * n + 1]! }));
    const [poles, residues] = [pairs(A), pairs(C.values)];
    for (const s of POINTS) {
      const terms = poles.map((pole, n) => divide(residues[n]!, subtract(s, pole)));
      // those that stand for their conjugates too give a real response: half of what they give at s and, conjugated, at s*
      const mirrored = poles.map((pole, n) => conjugate(divide(residues[n]!, subtract(conjugate(s), pole))));
      const value = total(halved ? [...terms, ...mirrored].map(({ re, im }) => ({ re: re / 2, im: im / 2 })) : terms);
      const scale = terms.reduce((most, term) => Math.max(most, size(term)), 1e-3);
      expect(size(subtract(value, transfer(parts, s))) / scale).toBeLessThan(TOLERANCE);
    }
  });
});

/** C (s - A)^-1 B with A = diag(d) - p p*, everything with its conjugates. */
function transfer({ d, B, C, P }: S4Parameters, s: Complex): Complex {
  const [values, b, c, p] = [d[0]!, B[0]!, C[0]![0]!, P![0]!].map((half) => [...half, ...half.map(conjugate)]) as [Complex[], Complex[], Complex[], Complex[]];
  const rows = values.map((value, i) => [...values.map((_, j) => add(i === j ? subtract(s, value) : { re: 0, im: 0 }, times(p[i]!, conjugate(p[j]!)))), b[i]!]);
  const solution = solve(rows);
  return total(c.map((value, n) => times(value, solution[n]!)));
}

/** Of [M | b], by elimination with pivots. */
function solve(rows: Complex[][]): Complex[] {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows.slice(k).reduce((best, row, i) => (size(row[k]!) > size(rows[best]![k]!) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (const row of rows.filter((_, i) => i !== k)) {
      const factor = divide(row[k]!, rows[k]![k]!);
      for (let j = k; j <= n; j++) row[j] = subtract(row[j]!, times(factor, rows[k]![j]!));
    }
  }
  return rows.map((row, k) => divide(row[n]!, row[k]!));
}

function total(values: readonly Complex[]): Complex {
  return values.reduce(add, { re: 0, im: 0 });
}

function conjugate({ re, im }: Complex): Complex {
  return { re, im: -im };
}
