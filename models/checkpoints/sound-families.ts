/** Classifiers of sound. */
import { audioMambaFrames, AUDIO_MAMBA_BANDS } from '../architectures/audio-mamba';
import { s4Samples } from '../architectures/s4-classifier';
import { withS4Names } from '../architectures/s4-names';
import type { ClassifySection } from '../cards/card';
import { ModelError } from '../errors';
import { AUDIO_MAMBA_WORDS, S4_TEN_WORDS, S4_WORDS } from '../tasks/classify/labels/speech-commands';
import { numbered } from './class-numbers';
import type { Family } from './families';
import { AFFINE, BACKWARD, MAMBA } from './family-keys';
import type { WeightMap } from './safetensors';

const S4_KEYS = [`{encoder,decoder,layers.*.norm,layers.*.output_linear}.${AFFINE}`, 'layers.*.{D,kernel.C,kernel.A_imag}'];
const S4_OPTIONAL = ['norm.{weight,bias,running_mean,running_var}', 'layers.*.norm.{running_mean,running_var}', 'layers.*.kernel.{A_real,log_A_real,log_dt,inv_dt}'];
const AUDIO_MAMBA_KEYS = ['cls_token', 'pos_embed.pos_embed', `patch_embed.proj.${AFFINE}`, 'layers.*.norm.weight', `layers.*.mixer.${MAMBA}`, 'norm_f.weight', `head.${AFFINE}`];

export const SOUND_CLASSIFIERS: readonly Family[] = [
  {
    name: 'S4 classifier',
    architecture: 's4-classifier',
    summary: 'Names what is heard from the samples themselves, S4 layers',
    keys: [...S4_KEYS, 'layers.*.kernel.{B,P,l_kernel}'],
    optional: S4_OPTIONAL,
    names: withS4Names,
    sections: spokenWords,
  },
  {
    name: 'S4D classifier',
    architecture: 's4-classifier',
    summary: 'Names what is heard from the samples themselves, diagonal S4 layers',
    keys: S4_KEYS,
    optional: [...S4_OPTIONAL, 'layers.*.kernel.{B,l_kernel}'],
    names: withS4Names,
    sections: spokenWords,
  },
  ...['layers.*.mixer.A_b_log', `layers.*.mixer.${BACKWARD}`].map((backward, i): Family => ({
    name: `Audio Mamba ${['Fo-Bi', 'Bi-Bi'][i]}`,
    architecture: 'audio-mamba',
    summary: 'Names what is heard, Mamba blocks that read a spectrogram both ways',
    keys: [...AUDIO_MAMBA_KEYS, backward],
    sections: heard,
  })),
];

/**
 * Speech Commands as state-spaces/s4 reads them (recognised by its batch norm): (x / 2^15 - mean) / (std + 1e-5) with mean and deviation of the training
 * set, which are not in the file; here mean 0 and deviation 0.1 / 2^15. Other recipes are taken to read samples as they are.
 */
function spokenWords(weights: WeightMap): { classify: ClassifySection } {
  const values = weights.get('encoder.weight')?.shape[1];
  if (values !== 1) {
    throw new ModelError('BAD_CHECKPOINT', `this S4 classifier reads ${values} values a step, one is expected: a sample of sound`, 'It was trained on something else than sound, such as the colours of pixels; only classifiers of sound run here.');
  }
  const classes = weights.get('decoder.bias')?.shape[0] ?? 0;
  const std = weights.has('layers.0.norm.running_mean') ? 0.1 + 2 ** 15 * 1e-5 : 1;
  const labels = classes === S4_WORDS.length ? S4_WORDS : classes === S4_TEN_WORDS.length ? S4_TEN_WORDS : numbered(classes);
  return { classify: { input: { kind: 'waveform', sampleRate: 16_000, samples: s4Samples(weights), mean: 0, std }, labels: [...labels], scores: 'softmax' } };
}

/** What the authors trained on, by its number of classes, and the mean and deviation of its energies. */
const AUDIO_MAMBA_SETS: Record<number, { mean: number; deviation: number; labels?: 'audioset' | string[]; scores?: 'softmax' }> = {
  527: { mean: -4.2677393, deviation: 4.5689974, labels: 'audioset' },
  35: { mean: -6.845978, deviation: 5.5654526, labels: AUDIO_MAMBA_WORDS },
  309: { mean: -5.0767093, deviation: 4.4533687 }, // VGGSound
  1251: { mean: -3.7614744, deviation: 4.2011642, scores: 'softmax' }, // VoxCeleb: one speaker of many
};

function heard(weights: WeightMap): { classify: ClassifySection } {
  const classes = weights.get('head.bias')?.shape[0] ?? 0;
  const known = AUDIO_MAMBA_SETS[classes];
  const { mean, deviation } = known ?? AUDIO_MAMBA_SETS[527]!;
  const input = { kind: 'mel', sampleRate: 16_000, bands: AUDIO_MAMBA_BANDS, frames: audioMambaFrames(weights) ?? 1024, mean, std: 2 * deviation } as const;
  return { classify: { input, labels: known?.labels ?? numbered(classes), scores: known?.scores ?? 'sigmoid' } };
}
