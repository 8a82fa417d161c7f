/** Models as the window shows them. */
import { z } from 'zod';
import { TASKS } from './formats';

export const measurement = z.object({
  speed: z.number(), // of pictures that may have any size megapixels a second, of others pictures; of sound seconds a second
  unit: z.enum(['megapixels/s', 'images/s', 'x real time']),
  device: z.string(),
  threads: z.int(),
  time: z.number(), // ms since 1970
});
export type Measurement = z.infer<typeof measurement>;

export const modelEntry = z.object({
  id: z.string(),
  name: z.string(),
  task: z.enum(TASKS),
  version: z.string(),
  architecture: z.string(),
  licence: z.string(),
  summary: z.string(),
  bytes: z.int().nullable(), // of the weights; of the download for `catalogue`, null where only its server knows
  origin: z.enum(['bundled', 'installed', 'catalogue']),
  source: z.string(), // where it comes from: '', a page or a file name
  byHand: z.boolean(), // for `catalogue`: only people can fetch it, from `source`
  figures: z.array(z.object({ metric: z.string(), value: z.number(), set: z.string() })),
  limits: z.array(z.string()),
  isDefault: z.boolean(), // for its task
  measured: measurement.nullable(),
  installing: z.number().nullable(), // fraction of a running download
});
export type ModelEntry = z.infer<typeof modelEntry>;

export const SELF_TEST_FINDINGS = ['agree', 'differ', 'alone', 'notFinite', 'noValues', 'notOpened'] as const;

export const selfTestResult = z.object({
  ok: z.boolean(),
  seconds: z.number(),
  message: z.string(), // in English
  finding: z.enum(SELF_TEST_FINDINGS), // alone: there is no second kind of kernels to compare with
  devices: z.array(z.string()), // that it ran on
  values: z.int(), // of its output
  difference: z.number().nullable(), // between two devices, as a part of the largest value
});
export type SelfTestResult = z.infer<typeof selfTestResult>;
