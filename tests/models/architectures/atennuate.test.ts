/** Published aTENNuate weights against the authors' own denoised files. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BuiltModel } from '../../../models/architectures';
import { buildATENNuate } from '../../../models/architectures/atennuate';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import type { Lowering } from '../../../models/graph/lowering/model-graph';
import { enhance, readRecording } from '../../support/enhance';
import { lowerings, maxDifference, nativeMissing } from '../../support/graph-runner';
import { Random } from '../../support/random';
import { readShared, sharedMissing, sharedPath } from '../../support/shared-files';

/** What the project promises against the authors' files, which are float32 themselves; 4e-6 was seen. */
const TOLERANCE = 1e-5;

const WEIGHTS = 'weights/aTENNuate/weights.pt';
const absent = sharedMissing(WEIGHTS);
const recordings = absent ? ['none'] : readdirSync(sharedPath('weights/aTENNuate/noisy'));

/** Runs of one hop, as in a live stream. */
const HOP = 256;

/** Samples: two seconds, and more than the model looks ahead. */
const BEGINNING = 32_000;
const MOMENT = 2_000;

const models = new Map<Lowering, BuiltModel>();

async function denoise(noisy: Float32Array, lowering: Lowering): Promise<Float32Array> {
  const model = models.get(lowering) ?? buildATENNuate(openCheckpoint(readShared(WEIGHTS)).weights, lowering);
  models.set(lowering, model);
  expect(model.unused).toEqual([]);
  return enhance(model, lowering, noisy, HOP);
}

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  // One is heard to its end, natively; of the others the beginning, which does not depend on what comes more than a moment later.
  const whole = lowering === 'native' ? recordings[0] : undefined;
  it.skipIf(missing ?? absent).each(lowering === 'native' ? recordings : recordings.slice(0, 1))(`%s sounds as the authors' ${missing ?? absent ?? ''}`, async (recording) => {
    const all = await readRecording(sharedPath(`weights/aTENNuate/noisy/${recording}`));
    const noisy = recording === whole ? all : all.subarray(0, BEGINNING);
    const denoised = await readRecording(sharedPath(`weights/aTENNuate/denoised_official/${recording}`));
    const result = await denoise(noisy, lowering);
    expect(result).toHaveLength(noisy.length);
    const compared = recording === whole ? all.length : BEGINNING - MOMENT;
    expect(maxDifference(result.subarray(0, compared), denoised.subarray(0, compared))).toBeLessThan(TOLERANCE);
  });
});

describe('recordings of any length', () => {
  it.skipIf(nativeMissing ?? absent).each([1, 255, 256, 257, 1500])(`%i samples: both lowerings agree ${nativeMissing ?? absent ?? ''}`, async (samples) => {
    const noisy = new Random(samples).array(samples, -0.3, 0.3);
    const [native, portable] = [await denoise(noisy, 'native'), await denoise(noisy, 'portable')];
    expect(native).toHaveLength(samples);
    expect(maxDifference(native, portable)).toBeLessThan(TOLERANCE);
  });
});
