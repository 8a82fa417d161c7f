import { describe, expect, it } from 'vitest';
import { Lexicon, MOST_ALIKE, SYMBOLS, type Spellings } from '../../../../models/tasks/transcribe/language/lexicon';
import { Random } from '../../../support/random';

type Way = [word: number, symbols: number[]];

function spellings(ways: readonly Way[]): Spellings {
  let end = 0;
  const begin = Uint32Array.from([0, ...ways.map(([, symbols]) => (end += symbols.length))]);
  return { symbols: Uint8Array.from(ways.flatMap(([, symbols]) => symbols)), begin, word: Int32Array.from(ways, ([word]) => word) };
}

describe('a lexicon', () => {
  const random = new Random(4);
  const scores = Array.from({ length: 300 }, () => -12 * random.next());
  const score = (word: number) => scores[word]!;
  // few first symbols and short words, so that many begin and some are said alike; of words several ways, or one way twice
  const ways = scores.flatMap((_, word) => Array.from({ length: 1 + random.below(3) }, (): Way => [word, Array.from({ length: 1 + random.below(4) }, (__, i) => (i % 2 === 0 ? 60 + random.below(4) : random.below(SYMBOLS)))]));
  const lexicon = new Lexicon(spellings(ways), score);
  const nodeOf = (symbols: readonly number[]) => symbols.reduce((node, symbol) => (node < 0 ? node : lexicon.child(node, symbol)), 0);

  it('holds the words of each spelling, the likeliest first, each once', () => {
    let alike = 0;
    for (const [, symbols] of ways) {
      const same = new Set(ways.filter(([, others]) => others.join() === symbols.join()).map(([word]) => word));
      const expected = [...same].sort((a, b) => score(b) - score(a)).slice(0, MOST_ALIKE);
      const node = nodeOf(symbols);
      expect(Array.from({ length: lexicon.wordsAt(node) }, (_, i) => lexicon.wordAt(node, i))).toEqual(expected);
      expect(lexicon.wordAt(node, expected.length)).toBe(-1);
      alike = Math.max(alike, same.size);
    }
    expect(alike).toBeGreaterThan(MOST_ALIKE);
  });

  it('how a word begins is worth as much as all words that begin so', () => {
    for (const [, symbols] of ways) {
      for (let length = 1; length <= symbols.length; length++) {
        const beginning = symbols.slice(0, length);
        const words = new Set(ways.filter(([, others]) => others.slice(0, length).join() === beginning.join()).map(([word]) => word));
        expect(lexicon.aheadOf(nodeOf(beginning))).toBeCloseTo(Math.log([...words].reduce((sum, word) => sum + Math.exp(score(word)), 0)), 4);
      }
    }
  });

  it('knows what no word goes on with', () => {
    const beginnings = new Set(ways.flatMap(([, symbols]) => symbols.map((_, i) => symbols.slice(0, i + 1).join())));
    for (const beginning of [[], ...ways.map(([, symbols]) => symbols)]) {
      const goesOn = Array.from({ length: SYMBOLS }, (_, symbol) => lexicon.child(nodeOf(beginning), symbol) >= 0);
      expect(goesOn).toEqual(goesOn.map((_, symbol) => beginnings.has([...beginning, symbol].join())));
    }
  });

  it('of no words is a root', () => {
    const empty = new Lexicon(spellings([[0, []]]), () => -1);
    expect([empty.child(0, 5), empty.wordsAt(0), empty.wordAt(0)]).toEqual([-1, 0, -1]);
  });
});
