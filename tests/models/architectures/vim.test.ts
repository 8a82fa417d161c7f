import { expect, it } from 'vitest';
import { buildVim, buildVimUperNet } from '../../../models/architectures/vim';
import { parseCard } from '../../../models/cards/card';
import { recognize } from '../../../models/checkpoints/recognize';
import { seededWeights } from '../../support/seeded';
import { readGoldens, testGoldens } from '../../support/vision-golden';

const goldens = readGoldens('vim');
testGoldens(goldens, (name) => (name === 'segmenter' ? buildVimUperNet : buildVim));

const small = goldens['patches side by side']!.weights;
const withPositions = (count: number) => seededWeights({ ...small, pos_embed: [1, count, 40] });
const cardOf = (weights: ReturnType<typeof seededWeights>) => parseCard(recognize(weights, 'x')).classify!;

it('Vim-Ti has the parameters and the card of the published one', () => {
  const weights = seededWeights(goldens['Vim-Ti']!.weights);
  expect([...weights.values()].reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0)).toBe(7_148_008);
  expect(cardOf(weights)).toMatchObject({ input: { kind: 'picture', resize: 256, crop: 224, filter: 'bicubic' }, labels: 'imagenet-1k', scores: 'softmax' });
});

it('the card tells the size of the picture from the positions, and numbers classes that are no known set', () => {
  expect(cardOf(withPositions(27 ** 2 + 1))).toMatchObject({ input: { crop: 224, resize: 256 }, labels: Array.from({ length: 10 }, (_, i) => `class ${i}`) });
  expect(cardOf(withPositions(24 ** 2 + 1)).input).toMatchObject({ crop: 384, resize: 438 });
});

it('positions that are no square are refused', () => {
  expect(() => buildVim(withPositions(16), 'portable')).toThrow(/expected pos_embed as .* got \[1, 16, 40\]/);
});
