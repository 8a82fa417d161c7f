/**
 * SEMamba against plain PyTorch (tests/golden/semamba.py), in float64 there. Its speed at the published size, of weights from a seed:
 * `MAMBA_MEASURE=1 npx vitest run tests/models/architectures/se-mamba.test.ts -t "published size"`
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { recognize } from '../../../models/checkpoints/recognize';
import { readSafetensors } from '../../../models/checkpoints/safetensors';
import { loadNative } from '../../../native-kernels/lib';
import { expectCalls, lowerings, maxDifference, nativeMissing, openGraph } from '../../support/graph-runner';
import { SE_MAMBA } from '../../../native-kernels/bench/cases/se-mamba';
import { seededWeights } from '../../support/seeded';
import { bytesOf, dict, tensor, torchZip } from '../../support/torch-files';

const golden = readSafetensors(readFileSync(path.join(import.meta.dirname, '../../golden/semamba.safetensors')));
const [x, y] = ['x', 'y'].map((name) => golden.get(name)!.toFloat32()) as [Float32Array, Float32Array];
const generator = [...golden.values()].filter(({ name }) => name.startsWith('generator.')).map(({ name, shape, toFloat32 }) => ({ name: name.slice('generator.'.length), shape, data: toFloat32() }));

/** As the authors save it: the weights under `generator`. */
function published(): Uint8Array {
  const storages = Object.fromEntries(generator.map(({ data }, i) => [String(i), bytesOf(data)]));
  const tensors = Object.fromEntries(generator.map(({ name, shape, data }, i) => [name, tensor({ key: String(i), type: 'Float', length: data.length }, [...shape])]));
  return torchZip(dict({ generator: dict(tensors) }), storages);
}

const { weights, wrapper } = openCheckpoint(published());
const card = recognize(weights, 'x');

it('is recognised under its wrapper, and hears sound at its root mean square', () => {
  expect(wrapper).toBe('generator');
  expect(card).toMatchObject({ name: 'SEMamba', architecture: 'se-mamba', task: 'enhance', enhance: { sampleRate: 16_000, level: 'rms' } });
});

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  it.skipIf(missing)(`equals PyTorch within 1e-4 ${missing ?? ''}`, async () => {
    const model = buildModel(card, weights, lowering);
    expect(model.unused).toEqual([]);
    const { enhanced } = await (await openGraph(model.onnx, lowering))({ pcm: { dims: [1, x.length], data: x } });
    expect(enhanced!.dims).toEqual([1, x.length]);
    expect(maxDifference(enhanced!.data, y)).toBeLessThan(1e-4);
  });
});

it.skipIf(nativeMissing)(`knows how many calls of our operators a run makes ${nativeMissing ?? ''}`, async () => {
  await expectCalls(buildModel(card, weights, 'native'), [400, 2500, 4099]);
});

it('has the parameters of the published size', async () => {
  const [full, seconds, threads] = [seededWeights(SE_MAMBA), 2, 2];
  expect([...full.values()].reduce((sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1), 0)).toBe(2_258_769); // 2.25 M in the paper
  const model = buildModel(recognize(full, 'x'), full, 'native');
  expect(model.unused).toEqual([]);
  if (!process.env.MAMBA_MEASURE) return;
  const session = loadNative().openSession(model.onnx.toBytes(), { threads });
  const pcm = { type: 'float32' as const, dims: [1, seconds * 16_000], data: Float32Array.from({ length: seconds * 16_000 }, (_, i) => Math.sin(0.05 * i + 1e-4 * i * i)) };
  for (let round = 0; round < 5; round++) {
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    await session.run({ pcm });
    const { user, system } = process.cpuUsage(cpu);
    console.log(`of real time: ${((performance.now() - start) / 1000 / seconds).toFixed(2)} with ${threads} threads, ${((user + system) / 1e6 / seconds).toFixed(2)} of processor time`);
  }
}, 600_000);
