/** CleanUMamba with S4 layers at its published shapes, weights drawn by name, against float64 code that computes S4 as its definition says. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { BuiltModel } from '../../../models/architectures';
import { buildCleanUMamba } from '../../../models/architectures/clean-u-mamba';
import type { WeightTensor } from '../../../models/checkpoints/safetensors';
import { recognize } from '../../../models/checkpoints/recognize';
import { ModelGraph } from '../../../models/graph/lowering/model-graph';
import { s4, s4State } from '../../../models/layers/s4';
import { Weights } from '../../../models/layers/weights';
import { enhanceBy } from '../../support/enhance';
import { lowerings, maxDifference, openGraph, type Run } from '../../support/graph-runner';
import { seededTensor, seededWeights } from '../../support/seeded';
import { readSoundGolden } from '../../support/sound-golden';

/** What the project promises. */
const TOLERANCE = 1e-4;
const golden = readSoundGolden('clean-u-mamba-s4');

const weights = seededWeights(golden.weights, golden.ranges);
const sound = seededTensor('sound', [golden.samples], [-2, 2]);

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  let model: BuiltModel; // whose eigenvalues take a second to find
  let run: Run;
  beforeAll(async () => {
    if (missing) return;
    model = buildCleanUMamba(weights, lowering);
    run = await openGraph(model.onnx, lowering);
  });

  it.skipIf(missing).each([2 ** 17, 256, 768])(`gives what the reference gives in runs of %i samples ${missing ?? ''}`, async (samplesPerRun) => {
    expect(model.unused).toEqual([]);
    expect(maxDifference(await enhanceBy(run, model, sound, samplesPerRun), golden.values)).toBeLessThan(TOLERANCE);
  });
});

it('is recognised', () => {
  expect(recognize(weights, 'x')).toMatchObject({ name: 'CleanUMamba with S4', architecture: 'clean-u-mamba' });
});

it('refuses a low-rank part of rank two, and eigenvalues that coincide', () => {
  const layer = 'tsfm_Mamba_layers.0.mixer.ssm.layer.';
  const build = (change: (tensors: Map<string, WeightTensor>) => void) => () => {
    const tensors = new Map(weights);
    change(tensors);
    const g = new ModelGraph('s4', 'native');
    const w = new Weights(tensors, layer);
    return s4(g, g.input('x', [1, 'L', 16]), w, s4State(g, w, 'state'));
  };
  const set = (key: string, shape: number[], value: number) => (tensors: Map<string, WeightTensor>) => {
    const name = layer + key;
    tensors.set(name, { ...tensors.get(name)!, shape, toFloat32: () => new Float32Array(shape.reduce((product, dim) => product * dim, 1)).fill(value) });
  };
  expect(build(set('kernel.P', [2, 16, 32, 2], 1))).toThrow('kernel.P as [1, H, N, 2], a rank of one, got [2, 16, 32, 2]');
  const coinciding = (tensors: Map<string, WeightTensor>) => {
    set('kernel.A_imag', [16, 32], 64)(tensors); // as large as the sum of |p|^2: both roots of the one pair that is left meet
    set('kernel.A_real', [16, 32], 1)(tensors);
    set('kernel.P', [1, 16, 32, 2], 1)(tensors);
  };
  expect(build(coinciding)).toThrow('a state matrix of distinct eigenvalues');
});
