/**
 * SPMamba against plain PyTorch (tests/golden/sp_mamba.py), in float64 there: a small one, and the published size. Its speed at that size:
 * `MAMBA_MEASURE=4 npx vitest run tests/models/architectures/sp-mamba.test.ts -t "published size"`, the number being seconds of sound
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { recognize } from '../../../models/checkpoints/recognize';
import type { WeightMap } from '../../../models/checkpoints/safetensors';
import { loadNative } from '../../../native-kernels/lib';
import { lowerings, maxDifference, openGraph } from '../../support/graph-runner';
import { seededTensor, seededWeights } from '../../support/seeded';
import type { Shapes } from '../../support/weights';

interface Golden {
  ranges: Record<string, [number, number]>;
  cases: Record<string, { weights: Shapes; samples: number; values: number[] }>;
}

const STEP = 7; // of the larger output so many-th value is kept
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../golden/sp-mamba.json'), 'utf8')) as Golden;
const kept = new Map<string, WeightMap>(); // made once for both lowerings
const weightsOf = (name: string) => kept.get(name) ?? kept.set(name, seededWeights(golden.cases[name]!.weights, golden.ranges)).get(name)!;
const PUBLISHED = 'two of six blocks as published, 8 kHz';

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  it.skipIf(missing).each(Object.entries(golden.cases))(`%s equals PyTorch within 1e-4 ${missing ?? ''}`, async (name, { samples, values }) => {
    const weights = weightsOf(name);
    const model = buildModel(recognize(weights, 'x'), weights, lowering);
    expect(model.unused).toEqual([]);
    const { separated } = await (await openGraph(model.onnx, lowering))({ pcm: { dims: [1, samples], data: seededTensor('sound', [samples], [-0.3, 0.3]) } });
    expect(separated!.dims).toEqual([2, samples]);
    const compared = separated!.data.length === values.length ? separated!.data : separated!.data.filter((_, i) => i % STEP === 0);
    expect(maxDifference(compared, values)).toBeLessThan(1e-4);
  });
});

/** The published network for sound at 16 kHz (the golden's shapes are those for 8 kHz): 257 bins, queries and keys of two channels, six blocks. */
function published(): Shapes {
  const wider = Object.entries(golden.cases[PUBLISHED]!.weights).map(([name, shape]) => [name, /attn_conv_[QK]/.test(name) && shape[0] === 4 ? [2, ...shape.slice(1)] : shape.map((dim) => (dim === 129 ? 257 : dim))] as const);
  const narrower = wider.map(([name, shape]) => [name, /attn_conv_[QK].*(gamma|beta)/.test(name) ? [1, 2, 1, 257] : shape] as const);
  return Object.fromEntries(narrower.flatMap(([name, shape]) => (name.startsWith('blocks.0.') ? Array.from({ length: 6 }, (_, i) => [name.replace('.0.', `.${i}.`), shape]) : name.startsWith('blocks.') ? [] : [[name, shape]]))) as Shapes;
}

it('is recognised, with the rate that its frames tell', () => {
  expect(recognize(weightsOf(PUBLISHED), 'x')).toMatchObject({ name: 'SPMamba', architecture: 'sp-mamba', task: 'separate', separate: { sampleRate: 8000 } });
  const shapes = published();
  expect(Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0)).toBe(6_141_826); // 6.14 M in the paper
  expect(recognize(seededWeights(shapes), 'x')).toMatchObject({ separate: { sampleRate: 16_000 } });
});

it('is silent where there is silence', async () => {
  const weights = weightsOf('small');
  const model = buildModel(recognize(weights, 'x'), weights, 'portable');
  const { separated } = await (await openGraph(model.onnx, 'portable'))({ pcm: { dims: [1, 400], data: new Float32Array(400) } });
  expect(separated!.data.every(Number.isFinite)).toBe(true);
});

it('refuses weights for three speakers', () => {
  const weights = new Map(weightsOf('small'));
  weights.set('deconv.weight', { ...weights.get('deconv.weight')!, shape: [8, 6, 3, 3] });
  expect(() => buildModel(recognize(weights, 'x'), weights, 'portable')).toThrow('deconv.weight as [8, 4, 3, 3], the parts of 2 speakers, got [8, 6, 3, 3]');
});

it.runIf(process.env.MAMBA_MEASURE)('published size: how much of real time and of memory it takes', async () => {
  const [seconds, threads] = [Number(process.env.MAMBA_MEASURE), 2]; // at most 12
  const weights = seededWeights(published(), golden.ranges);
  const session = loadNative().openSession(buildModel(recognize(weights, 'x'), weights, 'native').onnx.toBytes(), { threads });
  const pcm = { type: 'float32' as const, dims: [1, seconds * 16_000], data: seededTensor('sound', [seconds * 16_000], [-0.3, 0.3]) };
  for (let round = 0; round < 2; round++) {
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    await session.run({ pcm });
    const { user, system } = process.cpuUsage(cpu);
    console.log(`of real time: ${((performance.now() - start) / 1000 / seconds).toFixed(2)} with ${threads} threads, ${((user + system) / 1e6 / seconds).toFixed(2)} of processor time; ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most`);
  }
}, 600_000);
