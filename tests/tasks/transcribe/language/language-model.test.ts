import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../../models/checkpoints/safetensors';
import { LanguageModel } from '../../../../models/tasks/transcribe/language/language-model';
import { WordScorer } from '../../../../models/tasks/transcribe/language/word-scorer';
import { PrefixTree } from '../../../../models/tasks/transcribe/prefix-tree';
import { tinyLanguageModel, wordScore } from './tiny-language-model';

const small = ['', ' ', 'A', 'B'];
const english = ['', ' ', "'", ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const bundled = readFileSync('models/bundled/speech-en/language.safetensors');

/** ln p of each word, as the decoder gets it letter by letter. */
function scores(model: LanguageModel, vocabulary: readonly string[], text: string): number[] {
  const tree = new PrefixTree(1024, 0);
  const scorer = new WordScorer(model, { weight: 1, wordBonus: 0 }, tree);
  let node = tree.root;
  let before = 0;
  return [...`${text} `].flatMap((character) => {
    const symbol = vocabulary.indexOf(character);
    const child = tree.add(node, symbol);
    const score = scorer.extend(node, child, symbol);
    node = child;
    if (character !== ' ') return [];
    const word = score - before;
    before = score;
    return word;
  });
}

describe('a small model', () => {
  const model = LanguageModel.open(tinyLanguageModel(), small);

  it.each(['AB', 'AB A B', 'A B BA', 'BB', 'AB BBA A', 'A A A A', 'BA AA AB'])('%s: as its tables say', (text) => {
    const words = text.split(' ');
    expect(scores(model, small, text)).toEqual(words.map((_, i) => expect.closeTo(wordScore(words.slice(0, i + 1)), 5)));
  });

  it('how a word begins scores as all words that begin so', () => {
    const lexicon = model.lexicon;
    const a = lexicon.child(0, 2);
    expect(lexicon.aheadOf(a)).toBeCloseTo(Math.log(Math.exp(-1.2) + Math.exp(-1.6)), 5);
    expect(model.form(lexicon.wordAt(lexicon.child(a, 3)))).toBe('ab');
    expect(lexicon.child(lexicon.child(a, 3), 2)).toBe(-1);
  });
});

describe('the bundled model', () => {
  const model = LanguageModel.open(bundled, english);
  const golden = JSON.parse(readFileSync('tests/golden/speech-en-language.json', 'utf8')) as { text: string; scores: number[] }[];

  it.each(golden)('$text: as the tables of the recipe say', ({ text, scores: expected }) => {
    expect(scores(model, english, text)).toEqual(expected.map((score) => expect.closeTo(score, 4))); // codebooks are float32
  });

  it('writes names and the rest as texts do, and takes at most 8 MB', () => {
    const form = (word: string) => {
      const node = [...word].reduce((at, letter) => model.lexicon.child(at, english.indexOf(letter)), 0);
      return model.form(model.lexicon.wordAt(node));
    };
    expect(['LONDON', 'THE', "I'M", 'ELIZABETH', 'WILL'].map(form)).toEqual(['London', 'the', "I'm", 'Elizabeth', 'will']);
    expect(bundled.length).toBeLessThan(8_000_000);
    expect([...readSafetensors(bundled).keys()]).toContain('word.3.probability');
  });
});

describe('damaged and hostile files', () => {
  const refused = (bytes: Uint8Array, vocabulary = small) => expect(() => LanguageModel.open(bytes, vocabulary)).toThrow(expect.objectContaining({ code: 'BAD_CHECKPOINT' }));

  it.each([0, 7, 8, 100, 1000, bundled.length - 1])('the bundled file cut to %i bytes', (length) => refused(bundled.subarray(0, length), english));

  it.each([
    ['a tensor is missing', (tensors) => void tensors.delete('word.2.back_off')],
    ['no words', (tensors) => void tensors.delete('words')],
    ['too few values', (tensors) => void tensors.get('word.1.probability')!.pop()],
    ['a code behind the codebook', (tensors) => void (tensors.get('word.2.probability')![0] = 99)],
    ['a code that is no whole number', (tensors) => void (tensors.get('word.2.probability')![0] = 0.5)],
    ['a probability that is no number', (tensors) => void (tensors.get('word.1.probability.values')![3] = NaN)],
    ['a word that does not exist', (tensors) => void (tensors.get('word.2.word')![1] = 77)],
    ['more children than n-grams', (tensors) => void (tensors.get('word.1.children')![0]! += 5)],
    ['negative children', (tensors) => void (tensors.get('word.1.children')![0] = -1)],
    ['words out of order', (tensors) => void tensors.set('word.1.children', [4, 0, 0, 0, 0, 0])],
    ['another alphabet', (tensors) => void tensors.set('letters', [120, 121, 122])],
  ] as [string, (tensors: Map<string, number[]>) => void][])('%s', (_, change) => refused(tinyLanguageModel(change)));

  it('a recogniser with other letters', () => refused(tinyLanguageModel(), ['', ' ', 'A', 'Z']));
});
