import { z } from 'zod';

const settings = z.object({ weight: z.number(), priors: z.number(), blank: z.number(), wordBonus: z.number() }); // of the search with a language model: LanguageWeights, PriorWeights
export type DecoderSettings = z.infer<typeof settings>;

/** What tuning the decoder on labelled recordings found. Rates are word error rates. */
export const tuning = z.object({
  trials: z.array(
    z.object({
      decoder: z.enum(['greedy', 'beam', 'language model']),
      settings: settings.nullable(),
      rate: z.number(), // of all sets together
      sets: z.record(z.string(), z.number()),
      realTime: z.number(), // decoding time as a share of the sound's
    }),
  ),
  best: settings,
  symbolBonus: z.array(z.number()), // of the best
  confidence: z.array(z.number()), // weights fitted on all recordings
  calibrationError: z.object({ raw: z.number(), fitted: z.number() }), // expected; of the symbols' posteriors, and of weights fitted on the other half of the recordings
});
export type Tuning = z.infer<typeof tuning>;
export type Trial = Tuning['trials'][number];
