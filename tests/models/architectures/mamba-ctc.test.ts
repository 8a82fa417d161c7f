import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildMambaCtc, STEP } from '../../../models/architectures/mamba-ctc';
import { readSafetensors, type WeightMap } from '../../../models/checkpoints/safetensors';
import { initialStates, lowerings, maxDifference, nativeMissing, nextStates, openGraph, relativeDifference } from '../../support/graph-runner';
import { Random } from '../../support/random';
import { decoded, randomWeights } from '../../support/weights';

const root = path.join(import.meta.dirname, '../../..');
const read = (file: string) => readSafetensors(readFileSync(path.join(root, file)));
const weights = decoded(read('models/bundled/speech-en/model.safetensors'));
const golden = read('tests/golden/speech-en.safetensors');

/** Of another head beside the letters'. */
const PHONES = 42;

/** The weights with these under the names of the heads. */
function withHeads(heads: Record<'head' | 'phones', WeightMap>): WeightMap {
  const trunk = [...weights.values()].filter(({ name }) => !/^(head|phones)\./.test(name));
  const tensors = Object.entries(heads).flatMap(([name, head]) => ['weight', 'bias'].map((key) => ({ ...head.get(`head.${key}`)!, name: `${name}.${key}` })));
  return new Map([...trunk, ...tensors].map((tensor) => [tensor.name, tensor]));
}

const randomHead = () => randomWeights(new Random(9), { 'head.weight': [2 * PHONES, ...weights.get('norm_f.weight')!.shape], 'head.bias': [2 * PHONES] }).map;

/** The recipe sums float32 in another order, and transforms by FFT: 1.5e-5 was seen on log probabilities down to -13. */
const GOLDEN_TOLERANCE = 2e-4;
/** Between pieces and the whole, of the largest log probability: float32 sums in another order, through eight layers. 1.3e-4 was seen on values down to -42. */
const TOLERANCE = 1e-5;

function open(lowering: 'native' | 'portable', output = 'logprobs', from: WeightMap = weights) {
  const model = buildMambaCtc(from, lowering);
  const session = openGraph(model.onnx, lowering);
  let states = initialStates(model.states);
  /** The log probabilities of the next `pcm`. */
  return async (pcm: Float32Array): Promise<Float32Array> => {
    const result = await (await session)({ pcm: { dims: [1, pcm.length], data: pcm }, ...states });
    states = nextStates(model.states, result);
    return result[output]!.data;
  };
}

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  describe.skipIf(missing)(`mamba-ctc ${missing ?? ''}`, () => {
    it.each(['logprobs', 'phones'])('gives the %s that the recipe gives', async (output) => {
      const given = await open(lowering, output)(golden.get('pcm')!.toFloat32());
      expect(maxDifference(given, golden.get(output)!.toFloat32())).toBeLessThan(GOLDEN_TOLERANCE);
    });

    it('gives phones beside letters, as it would if they were the letters', async () => {
      const pcm = golden.get('pcm')!.toFloat32();
      const phones = randomHead();
      const [both, swapped] = [withHeads({ head: weights, phones }), withHeads({ head: phones, phones: weights })];
      expect(buildMambaCtc(both, lowering)).toMatchObject({ outputs: [{ name: 'logprobs', dims: [1, 'frames', 29] }, { name: 'phones', dims: [1, 'frames', PHONES] }], unused: [] });
      const logprobs = await open(lowering, 'phones', swapped)(pcm);
      expect(maxDifference(logprobs, golden.get('logprobs')!.toFloat32())).toBeLessThan(GOLDEN_TOLERANCE);
      expect(await open(lowering, 'logprobs', both)(pcm)).toEqual(logprobs);
      expect(await open(lowering, 'phones', both)(pcm)).toEqual(await open(lowering, 'logprobs', swapped)(pcm));
    });

    it('gives the same in pieces of any length', async () => {
      const pcm = golden.get('pcm')!.toFloat32();
      const whole = await open(lowering)(pcm);
      const random = new Random(5);
      const lengths = [() => 1, () => 7, () => 25, () => 1 + random.below(12)];
      for (const next of lengths) {
        const run = open(lowering);
        const pieces: number[] = [];
        for (let start = 0; start < pcm.length; ) {
          const end = Math.min(start + next() * STEP, pcm.length);
          pieces.push(...(await run(pcm.slice(start, end))));
          start = end;
        }
        expect(relativeDifference(pieces, whole)).toBeLessThan(TOLERANCE);
      }
    });
  });
});

it.skipIf(nativeMissing)('both lowerings agree', async () => {
  const pcm = new Random(6).array(60 * STEP, -0.3, 0.3);
  const [native, portable] = await Promise.all([open('native')(pcm), open('portable')(pcm)]);
  expect(relativeDifference(native, portable)).toBeLessThan(TOLERANCE);
});

describe('weights', () => {
  it('are all used', () => {
    expect(buildMambaCtc(weights, 'portable').unused).toEqual([]);
  });

  // every kind of key once: the blocks are alike, and may do without look-ahead
  it.each([...weights.keys()].filter((key) => !/blocks\.[1-9]|lookahead/.test(key)))('without %s, or with a row too many in it, are refused', (key) => {
    const without = new Map([...weights].filter(([name]) => name !== key));
    expect(() => buildMambaCtc(without, 'portable')).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS', message: expect.stringContaining(`expected ${key} as`) }));
    const [first, ...rest] = weights.get(key)!.shape;
    const shape = [first! + 1, ...rest];
    const wrong = { ...weights.get(key)!, shape, toFloat32: () => new Float32Array(shape.reduce((product, dim) => product * dim, 1)) };
    expect(() => buildMambaCtc(new Map([...weights, [key, wrong]]), 'portable')).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS' }));
  });
});
