/** What a model is, how its input is prepared and its output read, how it was trained and how well it does. */
import { z } from 'zod';
import { ModelError } from '../errors';
import { FEATURES } from '../tasks/transcribe/confidence';

const text = z.string().trim().min(1);
const positive = z.number().positive();
const whole = z.int().positive();
const probability = z.number().min(0).max(1);
const percent = z.number().min(0).max(100);

/** Pictures: percentiles become 0 and 1, clipped, then (x - mean) / std; large ones are cut into tiles. */
const image = z.strictObject({
  normalize: z
    .strictObject({ kind: z.literal('percentile'), low: percent, high: percent, mean: z.number(), std: positive })
    .refine(({ low, high }) => low < high, { path: ['high'], error: 'a percentile above low' }),
  multipleOf: whole, // the sides of an input, pixels
  tile: whole, // longest side, pixels
  overlap: z.int().min(0), // of neighbouring tiles, pixels
});

const colours = z.tuple([z.number(), z.number(), z.number()]); // red, green, blue

/** Scenes: made to fit into long x short, whichever way they lie, (x - mean) / std of 8-bit colours; run as a whole, or in windows whose answers are averaged. */
const fitted = z.strictObject({
  kind: z.literal('fitted').optional(), // what is meant without it
  long: whole, // pixels
  short: whole,
  mean: colours,
  std: colours,
  window: z.strictObject({ side: whole, stride: whole }).optional(), // pixels
  multipleOf: whole.optional(), // the sides are rounded to multiples of this, pixels
  smooth: z.boolean().optional(), // a picture that becomes smaller is smoothed, as Pillow does it
  mirror: z.boolean().optional(), // read as it is and in a mirror, the answers being averaged
});
/** Stretched to side x side pixels; the range of its values becomes 0 to 255. */
const square = z.strictObject({ kind: z.literal('square'), side: whole });
/** At its own size, or larger where it is smaller than a window; of each colour its mean is taken away, then it is divided by its deviation. */
const own = z.strictObject({ kind: z.literal('own'), window: z.strictObject({ side: whole, stride: whole }) });

const scene = z.discriminatedUnion('kind', [fitted, square, own]);
export type SceneSection = z.infer<typeof scene>;

const classes = z.array(z.strictObject({ name: text, color: z.string().regex(/^#[0-9a-f]{6}$/) })).min(1);

/** Maps to instances: what each number means stands in models/tasks/segment/instances.ts. */
const instances = z.strictObject({
  kind: z.literal('instances').optional(), // what is meant without it
  classes,
  maps: z.tuple([z.literal('foreground'), z.literal('distance'), z.literal('boundary')]), // channels of the output
  foreground: probability,
  seed: z.number(),
  depth: z.number().min(0),
  rim: z.number().min(0),
  minArea: z.int().min(0), // pixels
  sure: probability,
});

/** A score for each class and pixel; the highest wins. With `background` the first class is what is not looked for. */
const semantic = z.strictObject({ kind: z.literal('semantic'), classes, background: z.boolean().optional() });
export type SemanticSection = z.infer<typeof semantic>;

const segment = z.discriminatedUnion('kind', [instances, semantic]);

const audio = z.strictObject({
  sampleRate: z.literal(16_000), // Hz
  stepSamples: whole, // a run takes a multiple of this
  framesPerStep: whole,
  frameSeconds: positive,
  lookaheadSteps: z.int().min(0), // by which answers are late
});

/** Texts know more of words than sounds do: models/tasks/transcribe/language. */
const languageModel = z.strictObject({
  file: z.string().regex(/^[\w.-]+$/), // beside the card
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  weight: z.number().min(0), // of its log probabilities beside the recogniser's
  wordBonus: z.number(),
  symbolBonus: z.array(z.number()).optional(), // models/tasks/transcribe/symbol-bonus.ts
});

const transcribe = z
  .strictObject({
    vocabulary: z.array(z.string().max(1)).min(2), // '' is the blank
    phones: z.array(z.string()).min(2).optional(), // of a second output, which is read with the language model; '' is the blank, ' ' ends a word
    blank: z.int().min(0), // of both
    emissionDelaySeconds: z.number(), // by which the model tends to say a letter late
    search: z.strictObject({ width: whole, candidates: whole, least: z.number().max(0), margin: positive }).optional(), // of the decoder; greedy without
    language: languageModel.optional(),
    confidence: z.array(z.number()).length(FEATURES).optional(), // weights of models/tasks/transcribe/confidence.ts, with the language model
  })
  .refine(({ vocabulary, blank }) => onlyBlankIsEmpty(vocabulary, blank), { path: ['vocabulary'], error: "one letter for each index, '' for the blank only" })
  .refine(({ phones, blank }) => !phones || (onlyBlankIsEmpty(phones, blank) && phones.includes(' ')), { path: ['phones'], error: "one phone for each index, '' for the blank only, and ' '" })
  .refine(({ vocabulary, phones, language }) => !language?.symbolBonus || language.symbolBonus.length === (phones ?? vocabulary).length, { path: ['language', 'symbolBonus'], error: 'a number for each symbol that is read' })
  .refine(({ phones, language }) => !phones || language, { path: ['phones'], error: 'a language model, which makes words of phones' });

function onlyBlankIsEmpty(symbols: readonly string[], blank: number): boolean {
  return symbols.every((symbol, i) => (symbol === '') === (i === blank));
}

/** Sound in, cleaner sound of the same length out. */
const enhance = z.strictObject({
  sampleRate: z.literal(16_000), // Hz
  level: z.enum(['as-is', 'deviation', 'rms']), // what the sound is divided by first: nothing, its standard deviation + 1e-3, or its root mean square
});

/** Sound in which several speak at once in, as much sound of each of them out. */
const separate = z.strictObject({ sampleRate: whole }); // Hz

/** A picture in, the same with its sides `factor` times as long out. */
const upscale = z.strictObject({
  factor: whole,
  tile: whole, // longest side of what is upscaled at once, pixels
  overlap: z.int().min(0), // of neighbouring tiles, pixels
});

/** Sets of class names in models/tasks/classify/labels, and how many each has. */
export const LABEL_SETS = { 'imagenet-1k': 1000, audioset: 527 } as const;
export type LabelSet = keyof typeof LABEL_SETS;

/** A picture for a classifier: its shorter side becomes `resize`, the middle of `crop` x `crop` pixels is read as (x - mean) / std of values from 0 to 1. */
const pictureInput = z
  .strictObject({ kind: z.literal('picture'), resize: whole, crop: whole, filter: z.enum(['bicubic', 'bilinear']), mean: colours, std: colours })
  .refine(({ resize, crop }) => crop <= resize, { path: ['crop'], error: 'at most as large as resize' });
export type PictureInput = z.infer<typeof pictureInput>;

const sampleRate = z.literal(16_000); // Hz

/** Sound for a classifier of samples: so many at once, read as (x - mean) / std of values from -1 to 1. */
const waveformInput = z.strictObject({ kind: z.literal('waveform'), sampleRate, samples: whole, mean: z.number(), std: positive });

/** Sound for a classifier of log-mel energies (models/tasks/classify/filter-bank.ts): so many frames at once, 10 ms apart, read as (x - mean) / std. */
const melInput = z.strictObject({ kind: z.literal('mel'), sampleRate, bands: whole, frames: whole, mean: z.number(), std: positive });
export type SoundInput = z.infer<typeof waveformInput> | z.infer<typeof melInput>;

/** A picture or a recording in, a score for each class out; of a longer recording the mean over its pieces. */
const classify = z.strictObject({
  input: z.discriminatedUnion('kind', [pictureInput, waveformInput, melInput]),
  labels: z.union([z.enum(Object.keys(LABEL_SETS) as LabelSet[]), z.array(text).min(1)]), // in the order of the outputs
  scores: z.enum(['softmax', 'sigmoid']), // one of the classes, or each by itself
});
export type ClassifySection = z.infer<typeof classify>;

const figure = z.strictObject({
  metric: text,
  value: z.number(),
  interval: z.tuple([z.number(), z.number()]).optional(), // 95 % bootstrap
  set: text, // on which data
  command: text, // how to get the figure again
});

export const TASK_OF = {
  'mamba-unet': 'segment',
  'mamba-vision-upernet': 'segment',
  'vmamba-upernet': 'segment',
  'vim-upernet': 'segment',
  'vm-unet': 'segment',
  'ultralight-vm-unet': 'segment',
  'u-mamba': 'segment',
  'swin-u-mamba': 'segment',
  'mamba-vision': 'classify',
  vmamba: 'classify',
  'local-vim': 'classify',
  'mamba-ctc': 'transcribe',
  'clean-u-mamba': 'enhance',
  atennuate: 'enhance',
  'se-mamba': 'enhance',
  'sp-mamba': 'separate',
  dvmsr: 'upscale',
  pfvm: 'upscale',
  vim: 'classify',
  'audio-mamba': 'classify',
  's4-classifier': 'classify',
} as const;
export type Architecture = keyof typeof TASK_OF;

/** What a card must say for each task. */
const SECTIONS = { segment: ['segment'], transcribe: ['audio', 'transcribe'], enhance: ['enhance'], separate: ['separate'], upscale: ['upscale'], classify: ['classify'] } as const;

const modelCard = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    name: text,
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    task: z.enum(Object.keys(SECTIONS) as (keyof typeof SECTIONS)[]),
    architecture: z.enum(Object.keys(TASK_OF) as Architecture[]),
    licence: text,
    summary: text,
    image: image.optional(),
    scene: scene.optional(),
    segment: segment.optional(),
    audio: audio.optional(),
    transcribe: transcribe.optional(),
    enhance: enhance.optional(),
    separate: separate.optional(),
    upscale: upscale.optional(),
    classify: classify.optional(),
    training: z.strictObject({ data: text, licence: text, images: whole.optional(), hours: positive.optional(), command: text }).optional(), // of our own
    figures: z.array(figure),
    limits: z.array(text),
  })
  .refine(({ task, architecture }) => TASK_OF[architecture] === task, { path: ['architecture'], error: 'an architecture for the task' })
  .superRefine((card, context) => {
    const input = card.task === 'segment' ? [card.segment?.kind === 'semantic' ? ('scene' as const) : ('image' as const)] : [];
    for (const section of [...input, ...SECTIONS[card.task]]) {
      if (!card[section]) context.addIssue({ code: 'custom', path: [section], message: `a section that the task ${card.task} needs` });
    }
  });

export type ModelCard = z.infer<typeof modelCard>;

/** Throws ModelError BAD_CARD naming every field that does not fit. */
export function parseCard(json: unknown): ModelCard {
  const parsed = modelCard.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'card'}: ${message}`);
  throw new ModelError('BAD_CARD', `the model card does not fit its schema: ${problems.join('; ')}`, 'Correct card.json, or use a model made for this version.');
}
