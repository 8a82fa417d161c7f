/** Published CleanUMamba weights against the float64 answers of independent NumPy code, whole and in pieces. */
import { describe, expect, it } from 'vitest';
import { buildCleanUMamba } from '../../../models/architectures/clean-u-mamba';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import type { Lowering } from '../../../models/graph/lowering/model-graph';
import { DeviationLevel } from '../../../models/tasks/enhance/level';
import { enhance } from '../../support/enhance';
import { lowerings, maxDifference } from '../../support/graph-runner';
import { readNpz } from '../../support/npz';
import { readShared, sharedMissing } from '../../support/shared-files';

/** What the project promises of published weights; 3e-7 was seen on sound from -1 to 1. */
const TOLERANCE = 1e-4;

const files = ['CleanUMamba-3N-E8_pruned-200K', 'CleanUMamba-3N-E6_pruned-200k', 'Experiment_CleanU_Mamba', 'Experiment_CleanU_Mamba2', 'Experiment_CleanU_MambaS4'];
const weightsOf = (file: string) => `weights/CleanUMamba/${file}.pkl`;
const goldenOf = (file: string) => `goldens/${file}__p232_005.npz`;

/** The sound over its deviation goes in; what comes out is scaled back. */
async function denoise(file: string, x: Float32Array, lowering: Lowering, samplesPerRun: number): Promise<Float32Array> {
  const level = new DeviationLevel();
  level.push(x);
  const scale = level.value();
  const model = buildCleanUMamba(openCheckpoint(readShared(weightsOf(file))).weights, lowering);
  expect(model.unused).toEqual([]);
  return (await enhance(model, lowering, x.map((value) => value / scale), samplesPerRun)).map((value) => value * scale);
}

describe.each(files)('%s', (file) => {
  const absent = sharedMissing(weightsOf(file), goldenOf(file));
  describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
    it.skipIf(missing ?? absent)(`gives what the reference gives ${missing ?? absent ?? ''}`, async () => {
      const { x, y } = readNpz(readShared(goldenOf(file)));
      expect(maxDifference(await denoise(file, x!.data, lowering, 2 ** 17), y!.data)).toBeLessThan(TOLERANCE);
    });

    it.skipIf(missing ?? absent)(`gives the same step by step, whatever the length ${missing ?? absent ?? ''}`, async () => {
      const { x } = readNpz(readShared(goldenOf(file)));
      for (const samples of [1, 766, 767, 5000]) {
        const piece = x!.data.slice(20_000, 20_000 + samples);
        const [whole, steps] = [await denoise(file, piece, lowering, 2 ** 17), await denoise(file, piece, lowering, 256)];
        expect(whole).toHaveLength(samples);
        expect(maxDifference(steps, whole)).toBeLessThan(TOLERANCE);
      }
    });
  });
});
