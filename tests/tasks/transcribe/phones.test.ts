import { describe, expect, it } from 'vitest';
import { Beam, type SearchLimits } from '../../../models/tasks/transcribe/beam';
import type { DecodedWord } from '../../../models/tasks/transcribe/ctc';
import { CtcDecoder } from '../../../models/tasks/transcribe/ctc-decoder';
import { LanguageModel } from '../../../models/tasks/transcribe/language/language-model';
import type { LogProbs } from '../../../models/tasks/transcribe/streaming';
import { Random } from '../../support/random';
import { saidScore, saidSo, text, tinyPhoneModel } from './language/tiny-language-model';

const phones = ['', ' ', 't', 'uw'];
const wide: SearchLimits = { width: 2000, candidates: 8, least: -Infinity, margin: Infinity };
const narrow: SearchLimits = { width: 12, candidates: 4, least: -7, margin: 14 };
const weights = { weight: 0.9, wordBonus: 0.5 };
const model = LanguageModel.open(tinyPhoneModel(), phones, 'phones');

const decoder = (limits = narrow) => new CtcDecoder({ vocabulary: phones, blank: 0, limits, language: { model, weights } });
const textOf = (words: readonly DecodedWord[]) => words.map((word) => word.text).join(' ');

/** Rows of probabilities -> natural logarithms. */
function frames(rows: number[][]): LogProbs {
  return { data: Float32Array.from(rows.flat(), Math.log), frames: rows.length, vocabulary: phones.length };
}

function decode(one: CtcDecoder, ...blocks: LogProbs[]): DecodedWord[] {
  return [...blocks.flatMap((block) => one.push(block)), ...one.finish()];
}

const SIGNS: Record<string, string> = { _: '', '/': ' ' };

/** Phones, blanks (_) and ends of words (/), one a frame. */
function clear(said: string): number[][] {
  return said.split(' ').map((sign) => phones.map((phone) => (phone === (SIGNS[sign] ?? sign) ? 1 - 3e-6 : 1e-6)));
}

/** One symbol stands out in each frame by `clarity`. */
function randomRows(count: number, seed: number, clarity: number): number[][] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const row = phones.map(() => random.next() ** clarity);
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => value / sum);
  });
}

/** The score of each sequence of words: of all alignments of its phones, and of the language model. */
function allSentences(rows: number[][]): Map<string, number> {
  const sums = new Map<string, number>();
  for (let path = 0; path < phones.length ** rows.length; path++) {
    const symbols = rows.map((_, i) => Math.floor(path / phones.length ** i) % phones.length);
    const said = symbols.filter((symbol, i) => symbol !== 0 && symbol !== symbols[i - 1]);
    const sounds = said.map((symbol) => (symbol === 1 ? '/' : phones[symbol])).join(' ').split('/').map((word) => word.trim()).filter(Boolean).join('/');
    sums.set(sounds, (sums.get(sounds) ?? 0) + symbols.reduce((product, symbol, i) => product * rows[i]![symbol]!, 1));
  }
  const sentences = new Map<string, number>();
  for (const [sounds, sum] of sums) {
    const choices = sounds === '' ? [] : sounds.split('/').map(saidSo);
    for (const words of choices.reduce<string[][]>((before, words) => before.flatMap((some) => words.map((word) => [...some, word])), [[]])) {
      const score = words.reduce((total, _, i) => total + weights.weight * saidScore(words.slice(0, i + 1)) + weights.wordBonus, Math.log(sum));
      sentences.set(words.join(' '), Math.max(sentences.get(words.join(' ')) ?? -Infinity, score));
    }
  }
  return sentences;
}

describe('words from phones', () => {
  it.each(Array.from({ length: 16 }, (_, seed) => seed))('the best of all sequences of words is found, seed %i', (seed) => {
    const rows = randomRows(7, seed, 1);
    const [best] = [...allSentences(rows)].reduce((a, b) => (b[1] > a[1] ? b : a));
    expect(textOf(decode(decoder(wide), frames(rows)))).toBe(best);
  });

  it('what sounds alike is told apart by the words before', () => {
    expect(textOf(decode(decoder(), frames(clear('t / t uw'))))).toBe('to two');
    expect(textOf(decode(decoder(), frames(clear('uw t / t uw'))))).toBe('oo too');
    expect(textOf(decode(decoder(), frames(clear('uw _ uw / t uw'))))).toBe('oo too');
  });

  it('and by the words behind', () => {
    const told = (tensors: Map<string, number[]>) => {
      tensors.get('word.2.probability.values')![0] = -2.2; // <s> two
      tensors.get('word.3.probability.values')![0] = -0.01; // <s> two oo
    };
    const other = LanguageModel.open(tinyPhoneModel(told), phones, 'phones');
    const one = new CtcDecoder({ vocabulary: phones, blank: 0, limits: narrow, language: { model: other, weights } });
    one.push(frames(clear('t uw')));
    expect(textOf(one.pending())).toBe('too');
    expect(textOf(decode(one, frames(clear('/ uw t'))))).toBe('two oo');
  });

  it('of prefixes that go on alike one is followed, the best', () => {
    const options = { vocabulary: phones, blank: 0, limits: narrow, language: { model, weights } };
    const beam = new Beam(options);
    const { data } = frames(randomRows(500, 6, 2));
    for (let frame = 0; frame < 500; frame++) {
      beam.step(data, frame * phones.length, frame);
      const prefixes = [...beam.node.subarray(0, beam.count)];
      for (const [i, prefix] of prefixes.entries()) expect(prefixes.findIndex((other) => beam.scorer!.sameState(other, prefix))).toBe(i);
    }
    expect(beam.count).toBeGreaterThan(1);
    const ambiguous = ['t uw', 't', 't uw', 't', 't uw', 't', 't uw'].join(' / '); // two or too four times; "to two" is what texts say
    expect(textOf(decode(new CtcDecoder({ ...options, limits: { ...narrow, width: 2 } }), frames(clear(ambiguous))))).toBe('two to two to two to two');
  });

  it('words last as long as their phones', () => {
    const words = decode(decoder(), frames(clear('_ t t uw _ / _ uw _ uw _')));
    expect(words.map((word) => [word.text, word.start, word.end])).toEqual([['two', 1, 4], ['oo', 7, 10]]);
  });

  it('no phones, no words', () => {
    expect(decode(decoder(), frames(clear('_ _ / _ / _')))).toEqual([]);
    expect(decode(decoder())).toEqual([]);
  });
});

describe('half a word at the end', () => {
  it('is left out, the words before it are not', () => {
    expect(textOf(decode(decoder(), frames(clear('t / t uw / uw'))))).toBe('to two');
    expect(textOf(decode(decoder(), frames(clear('uw'))))).toBe('');
  });

  it('gives way to a whole word that is less likely', () => {
    expect(textOf(decode(decoder(), frames([...clear('uw'), [0.6, 0, 0.4, 0]])))).toBe('oo');
  });

  it('is not shown while it is spoken', () => {
    const one = decoder();
    const pending = ['t', '/', 'uw', 't'].map((phone) => (one.push(frames(clear(phone))), textOf(one.pending())));
    expect(pending).toEqual(['to', 'to', 'to', 'to oo']);
  });
});

describe('blocks do not matter', () => {
  const rows = randomRows(3000, 3, 8);
  const whole = decode(decoder(), frames(rows));

  it.each([0, 1, 2])('random blocks, seed %i', (seed) => {
    const random = new Random(seed);
    const blocks: LogProbs[] = [];
    for (let at = 0; at < rows.length; ) blocks.push(frames(rows.slice(at, (at += 1 + random.below(50)))));
    expect(decode(decoder(), ...blocks)).toEqual(whole);
    expect(whole.length).toBeGreaterThan(200);
  });

  it('words are in order of time, and the first ones come long before the end', () => {
    for (const [i, { start, end }] of whole.entries()) {
      expect(start).toBeGreaterThanOrEqual(i > 0 ? whole[i - 1]!.end : 0);
      expect(end).toBeGreaterThan(start);
    }
    const early = decoder().push(frames(rows.slice(0, 700)));
    expect(early.length).toBeGreaterThan(0);
    expect(whole.slice(0, early.length)).toEqual(early);
  });
});

describe('pronunciations that do not fit', () => {
  const refused = (change: (tensors: Map<string, number[]>) => void, message: string) =>
    expect(() => LanguageModel.open(tinyPhoneModel(change), phones, 'phones')).toThrow(expect.objectContaining({ code: 'BAD_CHECKPOINT', message: expect.stringContaining(message) }));

  it.each([
    ['none', (tensors) => void tensors.delete('pronunciations'), 'it has no text pronunciations'],
    ['too few', (tensors) => void tensors.get('pronunciations')!.pop(), 'it has 6 pronunciations for 7 words'],
    ['an unknown phone', (tensors) => void tensors.set('pronunciations', text('\n\nuw\nt\nt zh\nt uw\n')), '"t zh", how "too" is said, has the unknown phone "zh"'],
    ['an empty way', (tensors) => void tensors.set('pronunciations', text('\n\nuw\nt\nt uw|\nt uw\n')), 'has the unknown phone ""'],
  ] as [string, (tensors: Map<string, number[]>) => void, string][])('%s', (_, change, message) => refused(change, message));

  it('more symbols than a lexicon takes', () => {
    expect(() => LanguageModel.open(tinyPhoneModel(), Array.from({ length: 65 }, (_, i) => `p${i}`), 'phones')).toThrow(expect.objectContaining({ code: 'BAD_CHECKPOINT' }));
  });
});
