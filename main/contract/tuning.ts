import { z } from 'zod';

/** What tuning the decoder on labelled recordings found. Rates are word error rates. */
export const tuning = z.object({
  trials: z.array(
    z.object({
      decoder: z.enum(['greedy', 'beam', 'language model']),
      weight: z.number().nullable(),
      wordBonus: z.number().nullable(),
      rate: z.number(), // of all sets together
      sets: z.record(z.string(), z.number()),
      realTime: z.number(), // decoding time as a share of the sound's
    }),
  ),
  best: z.object({ weight: z.number(), wordBonus: z.number() }),
  confidence: z.array(z.number()), // weights fitted on all recordings
  calibrationError: z.object({ raw: z.number(), fitted: z.number() }), // expected; of the letters' posteriors, and of weights fitted on the other half of the recordings
});
export type Tuning = z.infer<typeof tuning>;
export type Trial = Tuning['trials'][number];
