/** S4 and S4D classifiers under the names of each release, weights drawn by name, against float64 code that computes S4 as its papers define it (tests/golden/s4_classifier.py). */
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { parseCard } from '../../../models/cards/card';
import { recognize } from '../../../models/checkpoints/recognize';
import { lowerings, maxDifference, nativeMissing, openGraph } from '../../support/graph-runner';
import { seededTensor, seededWeights } from '../../support/seeded';
import { readSoundGoldens } from '../../support/sound-golden';
import type { Shapes } from '../../support/weights';

/** What the project promises. */
const TOLERANCE = 1e-4;
const { 'S4, published': published, ...goldens } = readSoundGoldens('s4-classifier');
/** Kernels of 16,000 samples take the portable form seconds: it is held against the native one, on one layer, where there is one. */
const [small, all] = [Object.entries(goldens), [...Object.entries(goldens), ['S4, published', published!] as const]];

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  it.skipIf(missing).each(lowering === 'portable' && !nativeMissing ? small : all)(`%s gives what the reference gives ${missing ?? ''}`, async (name, { weights: shapes, ranges, samples, values }) => {
    const weights = seededWeights(shapes, ranges);
    const card = parseCard(recognize(weights, 'x'));
    expect(card).toMatchObject({ name: name.startsWith('S4D') ? 'S4D classifier' : 'S4 classifier', task: 'classify', classify: { input: { kind: 'waveform', samples } } });
    const model = buildModel(card, weights, lowering);
    expect(model.unused).toEqual([]);
    const { logits } = await (await openGraph(model.onnx, lowering))({ samples: { dims: [1, samples], data: seededTensor('sound', [samples], [-2, 2]) } });
    expect(maxDifference(logits!.data, values)).toBeLessThan(TOLERANCE);
  }, 600_000);
});

it.skipIf(nativeMissing)(`both lowerings agree on a layer of the published size ${nativeMissing ?? ''}`, async () => {
  const { weights: shapes, ranges, samples } = published!;
  const weights = seededWeights(Object.fromEntries(Object.entries(shapes).filter(([name]) => !/^model\.layers\.[1-9]/.test(name))), ranges);
  const sound = { dims: [1, samples], data: seededTensor('sound', [samples], [-2, 2]) };
  const [native, portable] = await Promise.all((['native', 'portable'] as const).map(async (lowering) => {
    const { onnx, unused } = buildModel(recognize(weights, 'x'), weights, lowering);
    expect(unused).toEqual([]);
    return (await (await openGraph(onnx, lowering))({ samples: sound })).logits!.data;
  }));
  expect(maxDifference(native!, portable!)).toBeLessThan(TOLERANCE);
});

const changed = (name: string, change: Shapes) => () => {
  const weights = seededWeights({ ...goldens[name]!.weights, ...change }, goldens[name]!.ranges);
  return buildModel(recognize(weights, 'x'), weights, 'native');
};

it('the published size is known as that of Speech Commands', () => {
  const { weights, ranges } = published!;
  const { classify } = recognize(seededWeights(weights, ranges), 'x');
  expect(classify!.labels.slice(0, 3)).toEqual(['bed', 'cat', 'down']);
  expect(classify!.input).toMatchObject({ std: 0.1 + 0.32768 });
});

it('refuses what it cannot be', () => {
  expect(changed('S4, fourth release', { 'model.layers.0.layer.layer.kernel.C': [3, 16, 8, 2] })).toThrow('expected model.layers.0.layer.layer.kernel.C as [1 or 2, H, N, 2]');
  expect(changed('S4, fourth release', { 'model.layers.1.layer.layer.kernel.A_real': [3, 8] })).toThrow('expected model.layers.1.layer.layer.kernel.A_real as [S, N], 16 channels shared evenly, got [3, 8]');
  expect(changed('S4, fourth release', { 'model.layers.1.layer.layer.kernel.P': [2, 2, 8, 2] })).toThrow('a rank of one');
  expect(changed('S4D, example', { 'encoder.weight': [16, 3] })).toThrow('reads 3 values a step, one is expected');
});
