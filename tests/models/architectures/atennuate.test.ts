/** Published aTENNuate weights against the authors' own denoised files. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildATENNuate } from '../../../models/architectures/atennuate';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { enhance, readRecording } from '../../support/enhance';
import { lowerings, maxDifference } from '../../support/graph-runner';
import { readShared, sharedMissing, sharedPath } from '../../support/shared-files';

/** What the project promises against the authors' files, which are float32 themselves. */
const TOLERANCE = 1e-5;

const WEIGHTS = 'weights/aTENNuate/weights.pt';
const absent = sharedMissing(WEIGHTS);
const recordings = absent ? ['none'] : readdirSync(sharedPath('weights/aTENNuate/noisy'));

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  it.skipIf(missing ?? absent).each(recordings)(`%s sounds as the authors' ${missing ?? absent ?? ''}`, async (recording) => {
    const noisy = await readRecording(sharedPath(`weights/aTENNuate/noisy/${recording}`));
    const denoised = await readRecording(sharedPath(`weights/aTENNuate/denoised_official/${recording}`));
    const model = buildATENNuate(openCheckpoint(readShared(WEIGHTS)).weights, lowering);
    expect(model.unused).toEqual([]);
    const start = performance.now();
    const result = await enhance(model, lowering, noisy, 256);
    console.log(recording, maxDifference(result, denoised.subarray(0, result.length)), (performance.now() - start) / 1000, result.length / 16000);
    expect(maxDifference(result, denoised.subarray(0, result.length))).toBeLessThan(TOLERANCE);
  });
});
