import { describe, expect, it } from 'vitest';
import { alignmentErrors, characterErrors, errorRate, normalizeText, wordErrors } from '../../models/metrics/wer';
import { Random } from '../support/random';

describe('word and character errors', () => {
  it.each([
    ['the cat sat', 'the cat sat', [0, 0, 0, 3]],
    ['the cat sat', 'THE, cat  sat.', [0, 0, 0, 3]],
    ['the cat sat', 'the hat sat', [1, 0, 0, 3]],
    ['the cat sat', 'the sat', [0, 1, 0, 3]],
    ['the cat sat', 'the big cat sat down', [0, 0, 2, 3]],
    ['the cat sat', '', [0, 3, 0, 3]],
    ['', 'hello there', [0, 0, 2, 0]],
    ["don't", 'don\u2019t', [0, 0, 0, 1]],
    ["it's", 'its', [1, 0, 0, 1]],
    ['a b c d', 'b c d e', [0, 1, 1, 4]],
  ])('%j against %j', (reference, hypothesis, [substitutions, deletions, insertions, words]) => {
    expect(wordErrors(reference, hypothesis)).toEqual({ substitutions, deletions, insertions, reference: words });
  });

  it('characters count with the spaces between words', () => {
    expect(characterErrors('ab cd', 'abcd')).toEqual({ substitutions: 0, deletions: 1, insertions: 0, reference: 5 });
  });

  it('rates are micro-averaged', () => {
    const rate = errorRate([wordErrors('a', 'b'), wordErrors('c d e f g h i', 'c d e f g h i')]);
    expect(rate).toMatchObject({ rate: 1 / 8, substitutions: 1, reference: 8 });
    expect(errorRate([]).rate).toBe(0);
    expect(errorRate([wordErrors('', 'word')]).rate).toBe(Infinity);
  });

  it('text in other scripts keeps its letters', () => {
    expect(normalizeText('  Où est-ce? Привет, мир! ')).toBe('OÙ EST CE ПРИВЕТ МИР');
  });

  it('the counts add up to the edit distance of plain recursion', () => {
    const random = new Random(5);
    for (let round = 0; round < 200; round++) {
      const a = Array.from({ length: random.below(6) }, () => random.below(3));
      const b = Array.from({ length: random.below(6) }, () => random.below(3));
      const { substitutions, deletions, insertions } = alignmentErrors(a, b);
      expect(substitutions + deletions + insertions).toBe(distance(a, b));
      expect(a.length - deletions + insertions).toBe(b.length);
    }
  });
});

function distance(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [, ...restA] = a;
  const [, ...restB] = b;
  if (a[0] === b[0]) return distance(restA, restB);
  return 1 + Math.min(distance(restA, restB), distance(restA, b), distance(a, restB));
}
