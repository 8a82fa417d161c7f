import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { parseCard } from '../../../models/cards/card';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { recognize } from '../../../models/checkpoints/recognize';
import { readSafetensors, writeSafetensors, type WeightMap } from '../../../models/checkpoints/safetensors';
import { ModelError } from '../../../models/errors';
import { readShared, sharedMissing } from '../../support/shared-files';

const ofKeys = (keys: readonly string[]): WeightMap => readSafetensors(writeSafetensors(keys.map((name) => ({ name, shape: [1], data: new Float32Array(1) }))));

function refusal(weights: WeightMap): string {
  try {
    recognize(weights, 'x');
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).code).toBe('BAD_CHECKPOINT');
    return (error as ModelError).message;
  }
  throw new Error('the weights were recognised');
}

const published: [string, object][] = [
  ['weights/DVMSR/team07_DVMSR.pth', { architecture: 'dvmsr', task: 'upscale', upscale: { factor: 4, tile: 256, overlap: 32 } }],
  ['weights/PFVM/team34_PFVM.pth', { architecture: 'pfvm', task: 'upscale', upscale: { factor: 4, tile: 256, overlap: 32 } }],
  ['weights/aTENNuate/weights.pt', { architecture: 'atennuate', task: 'enhance', enhance: { sampleRate: 16_000, level: 'as-is' } }],
  ...['CleanUMamba-3N-E8_pruned-200K', 'Experiment_CleanU_Mamba', 'Experiment_CleanU_Mamba2'].map((name): [string, object] => [
    `weights/CleanUMamba/${name}.pkl`,
    { architecture: 'clean-u-mamba', task: 'enhance', enhance: { sampleRate: 16_000, level: 'deviation' } },
  ]),
];

describe('published files', () => {
  for (const [file, card] of published) {
    const missing = sharedMissing(file);
    it.skipIf(missing)(`${file}: known by its keys, and its card builds a model ${missing ?? ''}`, () => {
      const { weights } = openCheckpoint(readShared(file));
      const recognized = parseCard(recognize(weights, 'mine'));
      expect(recognized).toMatchObject({ id: 'mine', ...card });
      expect(buildModel(recognized, weights, 'portable').unused).toEqual([]);
    });
  }

  const dvmsr = 'weights/DVMSR/team07_DVMSR.pth';
  const missing = sharedMissing(dvmsr);
  it.skipIf(missing)(`a file that nearly is one is refused, with what does not fit ${missing ?? ''}`, () => {
    const weights = new Map(openCheckpoint(readShared(dvmsr)).weights);
    weights.set('extra.weight', { ...weights.get('norm_f.weight')!, name: 'extra.weight' });
    weights.set('layers.0.total_ops', weights.get('norm_f.weight')!); // a counter that a profiler left is not counted
    weights.delete('norm_f.bias');
    const message = refusal(weights);
    expect(message).toContain('nearest is DVMSR, which knows 106 of them; not extra.weight; missing are norm_f.bias');
    expect(message).toContain('conv_first.weight [60,3,3,3]');
  });
});

describe('weights of no known family', () => {
  it('are listed', () => expect(refusal(ofKeys(['a', 'b']))).toContain('2 tensors, a [1], b [1]; none of them is known'));
  it('are listed in part where they are many', () => {
    const message = refusal(ofKeys(Array.from({ length: 5000 }, (_, i) => `layers.${i}.${'x'.repeat(300)}`)));
    expect(message).toContain('and 4994 more');
    expect(message.length).toBeLessThan(3000);
  });
});
