import { expect, it } from 'vitest';
import type { LogProbs } from '../../../models/tasks/transcribe/streaming';
import { symbolBonus, withBonus } from '../../../models/tasks/transcribe/symbol-bonus';

const SYMBOLS = 4; // the first is the blank

function answer(...rows: number[][]): LogProbs {
  return { data: Float32Array.from(rows.flat(), Math.log), frames: rows.length, vocabulary: SYMBOLS };
}

it('takes a share of their log priors off the symbols, and what was asked off the blank', () => {
  const answers = [answer([0.7, 0.2, 0.06, 0.04]), answer([0.7, 0.1, 0.12, 0.08], [1, 0, 0, 0])]; // of what is spoken, 0.5, 0.3 and 0.2
  const bonus = symbolBonus(answers, SYMBOLS, 0, { priors: 0.5, blank: 1.5 });
  expect(bonus[0]).toBe(-1.5);
  [0.5, 0.3, 0.2].forEach((prior, i) => expect(bonus[i + 1]).toBeCloseTo(-0.5 * Math.log(3 * prior), 6));
});

it('gives a symbol that never comes a bonus that is finite', () => {
  expect(symbolBonus([answer([0.5, 0.25, 0.25, 0])], SYMBOLS, 0, { priors: 1, blank: 0 })[3]).toBeCloseTo(Math.log(1000), 6);
});

it('leaves probabilities: the odds of two symbols change by their bonuses alone', () => {
  const before = answer([0.7, 0.2, 0.06, 0.04], [0.1, 0.1, 0.5, 0.3]);
  const bonus = [-1.5, 0.25, -0.5, 2];
  const after = withBonus(before, bonus);
  for (let at = 0; at < after.length; at += SYMBOLS) {
    expect(after.slice(at, at + SYMBOLS).reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 6);
    for (let v = 1; v < SYMBOLS; v++) expect(after[at + v]! - after[at]!).toBeCloseTo(before.data[at + v]! - before.data[at]! + bonus[v]! - bonus[0]!, 5);
  }
});
