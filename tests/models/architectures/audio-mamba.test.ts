import { expect, it } from 'vitest';
import { buildAudioMamba } from '../../../models/architectures/audio-mamba';
import { parseCard } from '../../../models/cards/card';
import { recognize } from '../../../models/checkpoints/recognize';
import { seededWeights } from '../../support/seeded';
import { readGoldens, testGoldens } from '../../support/vision-golden';
import type { Shapes } from '../../support/weights';

const goldens = readGoldens('audio-mamba');
testGoldens(goldens, () => buildAudioMamba);

const small = goldens['AuM-S, speech commands']!.weights;
/** As the published ones for AudioSet, ten seconds each. */
const audioSet = (shapes: Shapes, D: number): Shapes => ({ ...shapes, 'pos_embed.pos_embed': [1, 513, D], 'head.weight': [527, D], 'head.bias': [527] });
const parameters = (shapes: Shapes) => Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0);

it('has the parameters of the published ones', () => {
  expect(parameters(small) / 1e6).toBeCloseTo(25.2, 1);
  expect(parameters(audioSet(small, 384)) / 1e6).toBeCloseTo(25.5, 1);
});

it('the card tells the data that it was trained on by the number of classes, and how long it listens by the positions', () => {
  const cardOf = (shapes: Shapes) => parseCard(recognize(seededWeights(shapes), 'x'));
  expect(cardOf(small)).toMatchObject({ name: 'Audio Mamba Bi-Bi', task: 'classify', classify: { input: { kind: 'mel', bands: 128, frames: 128, mean: -6.845978 }, scores: 'sigmoid' } });
  expect(cardOf(small).classify!.labels).toContain('marvin');
  expect(cardOf(audioSet(small, 384)).classify).toMatchObject({ input: { frames: 1024, std: 2 * 4.5689974 }, labels: 'audioset' });
  expect(cardOf(goldens['Fo-Bi']!.weights)).toMatchObject({ name: 'Audio Mamba Fo-Bi', classify: { labels: Array.from({ length: 10 }, (_, i) => `class ${i}`) } });
});

it('positions that are no whole columns of patches are refused', () => {
  expect(() => buildAudioMamba(seededWeights({ ...goldens['Bi-Bi']!.weights, 'pos_embed.pos_embed': [1, 20, 40] }), 'portable')).toThrow(/expected pos_embed.pos_embed as .* got \[1, 20, 40\]/);
});
