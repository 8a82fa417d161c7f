/** What the serving process and its inference child say to each other. Both sides check what they receive against these schemas. */
import { z } from 'zod';
import { DEVICES, errorReport, jobProgress, jobSpec, jobSummary, SESSION_DEVICES } from './job';
import { modelFiles } from './model-files';
import { transcriptNews } from './transcript';
import { services, type ServiceName } from './worker-services';

export { modelFiles, type ModelFiles } from './model-files';

export const workerJob = z.object({
  job: jobSpec,
  model: modelFiles,
  denoise: modelFiles.optional(), // transcribe: an enhance model that cleans the sound first
  live: z.boolean().optional(), // transcribe: the input is a recording in the making that `grown` tells of
  memoryLimit: z.int().positive().optional(), // bytes that the child may hold in memory meanwhile, all in all; beyond them it ends, and the job fails with MEMORY_LIMIT
});
export type WorkerJob = z.infer<typeof workerJob>;

/** A model that jobs are about to need, opened as they will ask for it. */
export const preparation = z.object({ model: modelFiles, device: z.enum(DEVICES), threads: z.int().min(0) });
export type Preparation = z.infer<typeof preparation>;

/** What a child writes to stderr before it ends for `memoryLimit`; how much it held follows. */
export const MEMORY_LIMIT_WORDS = 'memory limit: ';

/** A recording in the making is mono 16-bit PCM at 16 kHz, little-endian, behind a plain WAV header. The child reads it as it grows. */
export const LIVE_SAMPLE_RATE = 16_000;

/** How far a recording has come. */
export const growth = z.object({ samples: z.int().min(0), ended: z.boolean() });
export type Growth = z.infer<typeof growth>;

/** Of a job's time, in seconds. */
export const inferenceTime = z.object({
  model: z.number(), // within runs of the model
  search: z.number(), // transcribe: in the search over the model's answers, without which there is no text
});
export type InferenceTime = z.infer<typeof inferenceTime>;

/** The job's outputs lie staged (main/fs/staging.ts) in their folder, as outputsOf (main/jobs/commit.ts) lists them. */
export const stagedResult = z.object({
  summary: jobSummary,
  device: z.enum(SESSION_DEVICES),
  sha256: z.array(z.string()), // of each output
  inference: inferenceTime,
});
export type StagedResult = z.infer<typeof stagedResult>;

export const toWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), ...workerJob.shape, partial: z.boolean().optional(), newsMs: z.number().optional() }), // partial: whether news of the growing transcript are wanted; newsMs: least time between reports of progress, also of a new stage
  z.object({ type: z.literal('prepare'), ...preparation.shape }), // while there is no job
  z.object({ type: z.literal('serve'), job: z.string(), service: z.enum(Object.keys(services) as ServiceName[]), params: z.unknown() }),
  z.object({ type: z.literal('grown'), job: z.string(), ...growth.shape }),
  z.object({ type: z.literal('ahead'), input: z.string() }), // of the job that is likely to come next: may be decoded meanwhile
  z.object({ type: z.literal('cancel'), job: z.string() }),
  z.object({ type: z.literal('shutdown') }),
]);
export type ToWorker = z.infer<typeof toWorker>;

/** A job ends in one of staged (a service: served) and failed; failed with CANCELLED when it was cancelled. */
export const fromWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('notice'), message: z.string() }),
  z.object({ type: z.literal('progress'), job: z.string(), ...jobProgress.shape }),
  z.object({ type: z.literal('partial'), job: z.string(), ...transcriptNews.shape }),
  z.object({ type: z.literal('free'), job: z.string() }), // the job needs no model any more: the next one may begin while this one ends
  z.object({ type: z.literal('staged'), job: z.string(), ...stagedResult.shape }),
  z.object({ type: z.literal('served'), job: z.string(), result: z.unknown() }),
  z.object({ type: z.literal('failed'), job: z.string(), error: errorReport }),
]);
export type FromWorker = z.infer<typeof fromWorker>;
