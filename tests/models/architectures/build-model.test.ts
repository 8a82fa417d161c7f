import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { STEP } from '../../../models/architectures/mamba-ctc';
import { parseCard } from '../../../models/cards/card';
import { readSafetensors } from '../../../models/checkpoints/safetensors';

const bundled = path.join(import.meta.dirname, '../../../models/bundled');
const load = (id: string) => ({
  card: parseCard(JSON.parse(readFileSync(path.join(bundled, id, 'card.json'), 'utf8'))),
  weights: readSafetensors(readFileSync(path.join(bundled, id, 'model.safetensors'))),
});

describe('bundled models', () => {
  it.each(readdirSync(bundled))('%s: the card and the weights belong together', (id) => {
    const { card, weights } = load(id);
    expect(buildModel(card, weights, 'native').unused).toEqual([]);
  });

  it('speech-en is as late as its look-ahead filters make it, and takes the steps that its card tells', () => {
    const { card, weights } = load('speech-en');
    const kernels = [...weights.values()].filter(({ name }) => name.endsWith('.lookahead.weight')).map(({ shape }) => shape[2]!);
    expect(card.audio).toMatchObject({ lookaheadSteps: kernels.reduce((sum, K) => sum + (K - 1) / 2, 0), stepSamples: STEP });
  });
});

it('a card that tells of other outputs than the weights have is refused', () => {
  const { card, weights } = load('speech-en');
  const shorter = { ...card, transcribe: { ...card.transcribe!, vocabulary: card.transcribe!.vocabulary.slice(0, -1) } };
  expect(() => buildModel(shorter, weights, 'portable')).toThrow(expect.objectContaining({ code: 'BAD_CARD', message: 'the card of speech-en names 28 outputs, the weights have 29' }));
  const phones = { ...card, transcribe: { ...card.transcribe!, phones: ['', ' ', 'aa'] } };
  expect(() => buildModel(phones, weights, 'portable')).toThrow(expect.objectContaining({ code: 'BAD_CARD', message: 'the card of speech-en names 3 phones, the weights have 42' }));
  const letters = new Map([...weights].filter(([name]) => !name.startsWith('phones.')));
  expect(() => buildModel(card, letters, 'portable')).toThrow(expect.objectContaining({ code: 'BAD_CARD', message: 'the card of speech-en names 42 phones, the weights have 0' }));
});
