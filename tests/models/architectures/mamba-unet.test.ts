import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildMambaUnet } from '../../../models/architectures/mamba-unet';
import { readSafetensors, type WeightMap } from '../../../models/checkpoints/safetensors';
import { lowerings, maxDifference, nativeMissing, openGraph, relativeDifference, type FloatTensor } from '../../support/graph-runner';
import { Random } from '../../support/random';
import { decoded } from '../../support/weights';

const root = path.join(import.meta.dirname, '../../..');
const read = (file: string) => readSafetensors(readFileSync(path.join(root, file)));
const MODELS = ['nuclei', 'facades'].map((id) => ({
  id,
  weights: decoded(read(`models/bundled/${id}/model.safetensors`)),
  golden: read(`tests/golden/${id}.safetensors`),
}));

/** The recipe sums float32 in another order: 2.4e-6 was seen on maps up to 6. */
const GOLDEN_TOLERANCE = 5e-5;
/** Between our own forms of one model, as the project promises. */
const TOLERANCE = 1e-4;
/** The same sums, perhaps in another order. */
const STRIPS_TOLERANCE = 1e-5;

/** For pictures of this side the finest levels are computed in 10 strips: more than 32 rows have, fewer than 96. */
const LARGE = 1280;

async function maps(weights: WeightMap, image: FloatTensor, lowering: 'native' | 'portable'): Promise<FloatTensor> {
  const run = await openGraph(buildMambaUnet(weights, lowering).onnx, lowering);
  return (await run({ image })).maps!;
}

const noise = (dims: number[]): FloatTensor => ({ dims, data: new Random(8).array(dims.reduce((product, dim) => product * dim, 1), -2, 2) });

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  describe.skipIf(missing).each(MODELS)(`mamba-unet: $id ${missing ?? ''}`, ({ weights, golden }) => {
    it('gives what the recipe gives', async () => {
      const image = golden.get('image')!;
      const result = await maps(weights, { dims: [...image.shape], data: image.toFloat32() }, lowering);
      expect(result.dims).toEqual(golden.get('maps')!.shape);
      expect(maxDifference(result.data, golden.get('maps')!.toFloat32())).toBeLessThan(GOLDEN_TOLERANCE);
    });

    it('takes any sides that are multiples of its step, and several images at once', async () => {
      const two = noise([2, 3, 32, 96]);
      const both = await maps(weights, two, lowering);
      const [, channels, height, width] = golden.get('maps')!.shape;
      const [, , imageHeight, imageWidth] = golden.get('image')!.shape;
      expect(both.dims).toEqual([2, channels, (32 * height!) / imageHeight!, (96 * width!) / imageWidth!]);
      const second = await maps(weights, { dims: [1, 3, 32, 96], data: two.data.slice(two.data.length / 2) }, lowering);
      expect(maxDifference(both.data.slice(both.data.length / 2), second.data)).toBeLessThan(TOLERANCE);
    });

    it('gives the same in strips, of pictures with more and with fewer rows than there are strips', async () => {
      const [whole, strips] = await Promise.all([undefined, LARGE].map((side) => openGraph(buildMambaUnet(weights, lowering, side).onnx, lowering)));
      for (const rows of [96, 32]) {
        const image = noise([1, 3, rows, 64]);
        const [{ maps: expected }, { maps: result }] = await Promise.all([whole!({ image }), strips!({ image })]);
        expect(result!.dims).toEqual(expected!.dims);
        expect(relativeDifference(result!.data, expected!.data)).toBeLessThan(STRIPS_TOLERANCE);
      }
    });
  });
});

it.skipIf(nativeMissing).each(MODELS)('both lowerings of $id agree', async ({ weights }) => {
  const image = noise([1, 3, 96, 64]);
  const [native, portable] = await Promise.all([maps(weights, image, 'native'), maps(weights, image, 'portable')]);
  expect(relativeDifference(native.data, portable.data)).toBeLessThan(TOLERANCE);
});

describe.each(MODELS)('weights of $id', ({ weights }) => {
  it('are all used', () => {
    expect(buildMambaUnet(weights, 'portable').unused).toEqual([]);
  });

  // every kind of key once: the blocks are alike
  it.each([...weights.keys()].filter((key) => !/blocks\.[1-9]/.test(key)))('without %s, or with a row too many in it, are refused', (key) => {
    const without = new Map([...weights].filter(([name]) => name !== key));
    expect(() => buildMambaUnet(without, 'portable')).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS', message: expect.stringContaining(`expected ${key} as`) }));
    const [first, ...rest] = weights.get(key)!.shape;
    const shape = [first! + 1, ...rest];
    const wrong = { ...weights.get(key)!, shape, toFloat32: () => new Float32Array(shape.reduce((product, dim) => product * dim, 1)) };
    expect(() => buildMambaUnet(new Map([...weights, [key, wrong]]), 'portable')).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS' }));
  });
});
