/**
 * SPMamba against plain PyTorch (tests/golden/sp_mamba.py), in float64 there: a small one, and one of the published size. The speed of that for 16 kHz:
 * `MAMBA_MEASURE=4 npx vitest run tests/models/architectures/sp-mamba.test.ts -t "published size"`, the number being seconds of sound
 */
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { buildSPMamba } from '../../../models/architectures/sp-mamba';
import { recognize } from '../../../models/checkpoints/recognize';
import type { WeightMap } from '../../../models/checkpoints/safetensors';
import { loadNative } from '../../../native-kernels/lib';
import { expectCalls, lowerings, maxDifference, nativeMissing, openGraph } from '../../support/graph-runner';
import { SP_MAMBA, SP_MAMBA_PUBLISHED, SP_MAMBA_SMALL, spMambaSound, spMambaWeights } from '../../support/sp-mamba';
import type { Shapes } from '../../support/weights';

const STEP = 7; // of the larger output so many-th value is kept
const kept = new Map<Shapes, WeightMap>(); // made once for both lowerings
const weightsOf = (shapes: Shapes) => kept.get(shapes) ?? kept.set(shapes, spMambaWeights(shapes)).get(shapes)!;

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  it.skipIf(missing).each(Object.entries(SP_MAMBA))(`%s equals PyTorch within 1e-4 ${missing ?? ''}`, async (_, { shapes, samples, values }) => {
    const weights = weightsOf(shapes);
    const model = buildModel(recognize(weights, 'x'), weights, lowering);
    expect(model.unused).toEqual([]);
    const { separated } = await (await openGraph(model.onnx, lowering))({ pcm: { dims: [1, samples], data: spMambaSound(samples) } });
    expect(separated!.dims).toEqual([2, samples]);
    const compared = separated!.data.length === values.length ? separated!.data : separated!.data.filter((_, i) => i % STEP === 0);
    expect(maxDifference(compared, values)).toBeLessThan(1e-4);
  });
});

/** The published network for sound at 16 kHz: 257 bins instead of 129, queries and keys of two channels instead of four. */
function at16kHz(): Shapes {
  const wider = Object.entries(SP_MAMBA_PUBLISHED).map(([name, shape]) => [name, shape.map((dim) => (dim === 129 ? 257 : dim === 4 && /attn_conv_[QK]/.test(name) ? 2 : dim))] as const);
  return Object.fromEntries(wider);
}

it('is recognised, with the rate that its frames tell', () => {
  expect(recognize(weightsOf(SP_MAMBA_PUBLISHED), 'x')).toMatchObject({ name: 'SPMamba', architecture: 'sp-mamba', task: 'separate', separate: { sampleRate: 8000 } });
  const shapes = at16kHz();
  expect(Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0)).toBe(6_141_826); // 6.14 M in the paper
  expect(recognize(spMambaWeights(shapes), 'x')).toMatchObject({ separate: { sampleRate: 16_000 } });
});

it.skipIf(nativeMissing)(`knows how many calls of our operators a run makes ${nativeMissing ?? ''}`, async () => {
  await expectCalls(buildSPMamba(weightsOf(SP_MAMBA_SMALL), 'native'), [128, 1000, 4031]);
});

it('is silent where there is silence', async () => {
  const weights = weightsOf(SP_MAMBA_SMALL);
  const model = buildModel(recognize(weights, 'x'), weights, 'portable');
  const { separated } = await (await openGraph(model.onnx, 'portable'))({ pcm: { dims: [1, 400], data: new Float32Array(400) } });
  expect(separated!.data.every(Number.isFinite)).toBe(true);
});

it('refuses weights for three speakers', () => {
  const weights = new Map(weightsOf(SP_MAMBA_SMALL));
  weights.set('deconv.weight', { ...weights.get('deconv.weight')!, shape: [8, 6, 3, 3] });
  expect(() => buildModel(recognize(weights, 'x'), weights, 'portable')).toThrow('deconv.weight as [8, 4, 3, 3], the parts of 2 speakers, got [8, 6, 3, 3]');
});

it.runIf(process.env.MAMBA_MEASURE)('published size: how much of real time and of memory it takes', async () => {
  const [seconds, threads] = [Number(process.env.MAMBA_MEASURE), 2]; // at most 12
  const weights = spMambaWeights(at16kHz());
  const session = loadNative().openSession(buildModel(recognize(weights, 'x'), weights, 'native').onnx.toBytes(), { threads });
  const pcm = { type: 'float32' as const, dims: [1, seconds * 16_000], data: spMambaSound(seconds * 16_000) };
  for (let round = 0; round < 2; round++) {
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    await session.run({ pcm });
    const { user, system } = process.cpuUsage(cpu);
    console.log(`of real time: ${((performance.now() - start) / 1000 / seconds).toFixed(2)} with ${threads} threads, ${((user + system) / 1e6 / seconds).toFixed(2)} of processor time; ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most`);
  }
}, 600_000);
