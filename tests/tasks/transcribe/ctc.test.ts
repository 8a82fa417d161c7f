import { describe, expect, it } from 'vitest';
import { Beam, GREEDY, type SearchLimits } from '../../../models/tasks/transcribe/beam';
import type { DecodedWord } from '../../../models/tasks/transcribe/ctc';
import { CtcDecoder } from '../../../models/tasks/transcribe/ctc-decoder';
import { LanguageModel } from '../../../models/tasks/transcribe/language/language-model';
import type { LogProbs } from '../../../models/tasks/transcribe/streaming';
import { tinyLanguageModel, wordScore } from './language/tiny-language-model';
import { Random } from '../../support/random';

const vocabulary = ['', ' ', 'A', 'B'];
const wide: SearchLimits = { width: 2000, candidates: 8, least: -Infinity, margin: Infinity };
const narrow: SearchLimits = { width: 12, candidates: 4, least: -7, margin: 14 };
const model = LanguageModel.open(tinyLanguageModel(), vocabulary);

/** Rows of probabilities -> natural logarithms. */
function frames(rows: number[][]): LogProbs {
  return { data: Float32Array.from(rows.flat(), Math.log), frames: rows.length, vocabulary: rows[0]!.length };
}

function decode(decoder: CtcDecoder, ...blocks: LogProbs[]): DecodedWord[] {
  return [...blocks.flatMap((block) => decoder.push(block)), ...decoder.finish()];
}

const plain = (limits: SearchLimits) => new CtcDecoder({ vocabulary, blank: 0, limits });
const fused = (limits: SearchLimits, weights = { weight: 0.7, wordBonus: 0.4 }) => new CtcDecoder({ vocabulary, blank: 0, limits, language: { model, weights } });
const textOf = (words: readonly DecodedWord[]) => words.map(({ text }) => text).join(' ').toUpperCase();

/** One symbol stands out in each frame by `clarity`. */
function randomRows(count: number, seed: number, clarity = 3): number[][] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const row = Array.from({ length: vocabulary.length }, () => random.next() ** clarity);
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => value / sum);
  });
}

/** ln of the sum over all alignments of each text, spaces at its ends and double ones left out. */
function allTexts(rows: number[][]): Map<string, number> {
  const sums = new Map<string, number>();
  const size = vocabulary.length;
  for (let path = 0; path < size ** rows.length; path++) {
    const symbols = rows.map((_, i) => Math.floor(path / size ** i) % size);
    const letters = symbols.filter((symbol, i) => symbol !== 0 && symbol !== symbols[i - 1]);
    const text = letters.map((symbol) => vocabulary[symbol]).join('').split(' ').filter(Boolean).join(' ');
    sums.set(text, (sums.get(text) ?? 0) + symbols.reduce((product, symbol, i) => product * rows[i]![symbol]!, 1));
  }
  return new Map([...sums].map(([text, sum]) => [text, Math.log(sum)]));
}

function best(scores: Iterable<[string, number]>): string {
  return [...scores].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

describe('against the enumeration of all alignments', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))('finds the most probable text, seed %i', (seed) => {
    const rows = randomRows(6, seed);
    expect(textOf(decode(plain(wide), frames(rows)))).toBe(best(allTexts(rows)));
  });

  it.each(Array.from({ length: 12 }, (_, seed) => seed))('and the best one with the language model, seed %i', (seed) => {
    const rows = randomRows(6, 100 + seed, 1);
    const weights = { weight: 0.9, wordBonus: 0.5 };
    const scored = [...allTexts(rows)].map(([text, sound]): [string, number] => {
      const words = text.split(' ').filter(Boolean);
      return [text, sound + words.reduce((sum, _, i) => sum + weights.weight * wordScore(words.slice(0, i + 1)) + weights.wordBonus, 0)];
    });
    expect(textOf(decode(fused(wide, weights), frames(rows)))).toBe(best(scored));
  });
});

/** Prefix beam search as it is written down: every prefix by every symbol, then the best `width` are kept. Gives the log scores of the beams after each frame, the best first. */
function plainSearch(rows: number[][], width: number): number[][] {
  let beams = new Map([['', [1, 0] as [number, number]]]); // probabilities of a text's alignments that end in a blank and in its last symbol
  return rows.map((row) => {
    const next = new Map<string, [number, number]>();
    const add = (text: string, which: 0 | 1, probability: number) => {
      if (!next.has(text)) next.set(text, [0, 0]);
      next.get(text)![which] += probability;
    };
    for (const [text, [blank, symbol]] of beams) {
      add(text, 0, (blank + symbol) * row[0]!);
      for (const [i, letter] of vocabulary.entries()) {
        if (letter === '') continue;
        const repeats = text.endsWith(letter);
        if (repeats) add(text, 1, symbol * row[i]!);
        const probability = (repeats ? blank : blank + symbol) * row[i]!;
        if (letter === ' ' && text === '') add(text, 0, probability);
        else add(letter === ' ' && repeats ? text : text + letter, 1, probability);
      }
    }
    beams = new Map([...next].filter(([, [blank, symbol]]) => blank + symbol > 0).sort(([, a], [, b]) => b[0] + b[1] - a[0] - a[1]).slice(0, width));
    return [...beams.values()].map(([blank, symbol]) => Math.log(blank + symbol));
  });
}

it.each([1, 2, 5, 20])('what is given up early is nothing that would be kept, width %i', (width) => {
  const rows = randomRows(200, 40 + width, 2);
  const beam = new Beam({ vocabulary, blank: 0, limits: { ...wide, width } });
  const { data } = frames(rows);
  for (const [frame, expected] of plainSearch(rows, width).entries()) {
    beam.step(data, frame * vocabulary.length, frame);
    const scores = Array.from({ length: beam.count }, (_, i) => beam.total(i)).sort((a, b) => b - a);
    expect(scores.length).toBe(expected.length);
    for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(expected[i]!, 4); // rows are rounded to 32 bits
  }
});

it('what comes again and is not kept leaves the times of those that go on from it', () => {
  const beam = new Beam({ vocabulary, blank: 0, limits: { ...wide, width: 3, margin: 14 } });
  const { data } = frames([[0.6, 0, 0.4, 0], [0.3, 0, 0, 0.7], [0.98, 0, 0.01, 0.01]]); // B, AB and nothing are kept; then A again
  for (let frame = 0; frame < 3; frame++) beam.step(data, frame * vocabulary.length, frame);
  const { node, tree } = beam;
  const both = [...node.subarray(0, beam.count)].find((at) => tree.symbol[at] === 3 && tree.symbol[tree.parent[at]!] === 2)!;
  expect([tree.start[tree.parent[both]!], tree.start[both]]).toEqual([0, 1]);
});

it('settles words beside a beam so unlikely that no sum shows it', () => {
  const sure = (symbol: number) => vocabulary.map((_, i) => (i === symbol ? 1 : 1e-20));
  const spoken = [2, 1, 3, 2, 3, 1, 3, 1, 2].flatMap((symbol) => [sure(symbol), ...Array.from({ length: 40 }, () => sure(0))]);
  expect(textOf(decode(plain({ ...wide, width: 8 }), frames(spoken)))).toBe('A BAB B A');
});

describe('greedy', () => {
  it('merges repeats, drops blanks, keeps what a blank parts', () => {
    const row = (symbol: number, probability: number) => vocabulary.map((_, i) => (i === symbol ? probability : (1 - probability) / 3));
    const words = decode(plain(GREEDY), frames([row(0, 0.9), row(2, 0.8), row(2, 0.9), row(0, 0.9), row(2, 0.8), row(3, 0.7), row(1, 0.9), row(3, 0.6)]));
    expect(words.map(({ text, start, end }) => [text, start, end])).toEqual([['aab', 1, 6], ['b', 7, 8]]);
    expect(words.map(({ confidence }) => confidence)).toEqual([expect.closeTo((0.9 * 0.8 * 0.7) ** (1 / 3), 6), expect.closeTo(0.6, 6)]);
  });

  it('a beam sums over alignments: it prefers A, whose alignments together are likelier than silence', () => {
    const rows = [[0.6, 0, 0.4, 0], [0.6, 0, 0.4, 0]];
    expect(textOf(decode(plain(GREEDY), frames(rows)))).toBe('');
    expect(textOf(decode(plain(wide), frames(rows)))).toBe('A');
  });

  it('gives nothing for no frames', () => {
    expect(decode(plain(GREEDY))).toEqual([]);
    expect(decode(fused(narrow))).toEqual([]);
  });
});

describe.each([
  ['greedy', () => plain(GREEDY)],
  ['beam', () => plain(narrow)],
  ['language model', () => fused(narrow)],
] as [string, () => CtcDecoder][])('%s: blocks do not matter', (_, decoder) => {
  const rows = randomRows(3000, 3, 8);
  const whole = decode(decoder(), frames(rows));

  it.each([1, 7, 40, 999])('blocks of %i frames', (length) => {
    const blocks: LogProbs[] = [];
    for (let at = 0; at < rows.length; at += length) blocks.push(frames(rows.slice(at, at + length)));
    expect(decode(decoder(), ...blocks)).toEqual(whole);
    expect(whole.length).toBeGreaterThan(200);
  });

  it('words are in order of time, with confidences, and the first ones come long before the end', () => {
    for (const [i, { start, end, confidence }] of whole.entries()) {
      expect(start).toBeGreaterThanOrEqual(i > 0 ? whole[i - 1]!.end : 0);
      expect(end).toBeGreaterThan(start);
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
    const early = decoder().push(frames(rows.slice(0, 700)));
    expect(early.length).toBeGreaterThan(0);
    expect(whole.slice(0, early.length)).toEqual(early);
  });

  it('what is pending follows on what was given out', () => {
    const one = decoder();
    const given = one.push(frames(rows.slice(0, 400)));
    const pending = one.pending();
    expect(given.length + pending.length).toBeGreaterThan(10);
    expect(pending[0]!.start).toBeGreaterThanOrEqual(given.at(-1)?.end ?? 0);
  });
});

describe('beams that part in the first frames and then speak at every one', () => {
  const eight = ['', ' ', 'A', 'B', 'C', 'D', 'E', 'F'];
  const row = (likely: Record<number, number>) => {
    const rest = (1 - Object.values(likely).reduce((a, b) => a + b)) / (eight.length - Object.keys(likely).length);
    return eight.map((_, symbol) => likely[symbol] ?? rest);
  };
  const parting = [0, 3, 0, 3].map((first) => row({ [2 + first]: 0.34, [3 + first]: 0.32, [first ? 7 : 4]: 0.3 }));
  const rows = [...parting, row({ 1: 0.97 }), ...Array.from({ length: 600 }, (_, i) => row({ [i % 9 === 8 ? 1 : 2 + (i % 2)]: 0.97 }))];

  it.each([12, 64, 150])('find room, and seldom have to look for it, width %i', (width) => {
    const beam = new Beam({ vocabulary: eight, blank: 0, limits: { width, candidates: 8, least: -7, margin: 30 } });
    const { tree } = beam;
    let [added, sweeps, least] = [0, 0, tree.room];
    const { add, sweep } = { add: tree.add.bind(tree), sweep: tree.sweep.bind(tree) };
    tree.add = (...prefix) => {
      added++;
      least = Math.min(least, tree.room);
      return add(...prefix);
    };
    tree.sweep = (kept) => {
      sweeps++;
      sweep(kept);
    };
    const { data } = frames(rows);
    for (let frame = 0; frame < rows.length; frame++) beam.step(data, frame * eight.length, frame);
    expect(least).toBeGreaterThan(0);
    expect(sweeps).toBeLessThan((4 * added) / tree.capacity);
  });
});
