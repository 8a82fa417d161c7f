import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCard } from '../../../models/cards/card';
import { ModelError } from '../../../models/errors';

const bundled = path.join(import.meta.dirname, '../../../models/bundled');
const read = (id: string): Record<string, unknown> => JSON.parse(readFileSync(path.join(bundled, id, 'card.json'), 'utf8'));

function refusal(json: unknown): string {
  try {
    parseCard(json);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).code).toBe('BAD_CARD');
    return (error as ModelError).message;
  }
  throw new Error('the card was accepted');
}

describe('bundled cards', () => {
  it.each(readdirSync(bundled))('%s fits the schema and is called as its folder', (id) => {
    expect(parseCard(read(id)).id).toBe(id);
  });
});

describe('a card that does not fit is refused, naming the field', () => {
  const nuclei = read('nuclei') as { image: object; segment: object };
  const speech = read('speech-en') as { transcribe: { vocabulary: string[]; language: object } };
  const language = { ...speech.transcribe.language, symbolBonus: undefined };
  const withPhones = (phones: string[], changes = {}) => ({ ...speech, transcribe: { ...speech.transcribe, phones, language, ...changes } });
  it('phones fit', () => expect(parseCard(withPhones(['', ' ', 'aa', 'ae'])).transcribe!.phones).toHaveLength(4));
  const cases: [string, unknown, string][] = [
    ['no object', null, 'card:'],
    ['an unknown architecture', { ...nuclei, architecture: 'toString' }, 'architecture:'],
    ['an architecture for another task', { ...nuclei, architecture: 'mamba-ctc' }, 'architecture: an architecture for the task'],
    ['an unknown field', { ...nuclei, colour: 'red' }, 'card:'],
    ['an id that is no folder name', { ...nuclei, id: '../x' }, 'id:'],
    ['a task without its sections', { ...nuclei, image: undefined, segment: undefined }, 'image: a section that the task segment needs; segment:'],
    ['a threshold that is no probability', { ...nuclei, segment: { ...nuclei.segment, sure: 1.5 } }, 'segment.sure:'],
    ['percentiles in the wrong order', { ...nuclei, image: { ...nuclei.image, normalize: { kind: 'percentile', low: 99, high: 1, mean: 0, std: 1 } } }, 'image.normalize.high:'],
    ['a second blank', { ...speech, transcribe: { ...speech.transcribe, vocabulary: ['', '', 'A'] } }, 'transcribe.vocabulary:'],
    ['phones without a blank', withPhones([' ', 'aa', 'ae']), 'transcribe.phones: one phone for each index'],
    ['phones without an end of a word', withPhones(['', 'aa', 'ae']), 'transcribe.phones: one phone for each index'],
    ['bonuses of other symbols', withPhones(['', ' ', 'aa'], { language: { ...language, symbolBonus: [0, 0] } }), 'transcribe.language.symbolBonus: a number for each symbol'],
    ['phones without a language model', withPhones(['', ' ', 'aa'], { language: undefined }), 'transcribe.phones: a language model'],
    ['a blank that is a letter', { ...speech, transcribe: { ...speech.transcribe, blank: 1 } }, 'transcribe.vocabulary:'],
  ];
  it.each(cases)('%s', (_, card, field) => expect(refusal(card)).toContain(field));
});
