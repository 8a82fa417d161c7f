import { expect, it } from 'vitest';
import { buildSwinUMamba } from '../../../models/architectures/swin-u-mamba';
import { buildUMamba, uMambaSide } from '../../../models/architectures/u-mamba';
import { seededWeights } from '../../support/seeded';
import { readGoldens, testGoldens } from '../../support/vision-golden';

const goldens = readGoldens('u_mamba');
testGoldens(goldens, (name) => (name.startsWith('Swin') ? buildSwinUMamba : buildUMamba));

it('a layer over channels tells the side of the pictures, one over positions does not', () => {
  expect(uMambaSide(seededWeights(goldens['U-Mamba, in the encoder']!.weights))).toBe(32);
  expect(uMambaSide(seededWeights(goldens['U-Mamba, at the bottom']!.weights))).toBeUndefined();
});
