/** What goes through the queue: a file to work on, and what became of it. Both sides check what they receive. */
import { z } from 'zod';
import { AppError } from '../../contract/errors';
import { TASKS } from '../../contract/formats';
import { errorReport, format, jobProgress, TOP_CLASSES } from '../../contract/job';
import { stagedResult } from '../../contract/worker-messages';

export const QUEUE_PREFIX = 'mamba';
/** Hash of shared folder's id -> where the batch has it; workers that find themselves in another folder look here. */
export const SHARES_KEY = `${QUEUE_PREFIX}:shares`;

export function queueName(share: string): string {
  return `files-${share}`;
}

const name = z.string().max(4096); // relative to the shared folder

export const queueJob = z.object({
  version: z.literal(1),
  task: z.enum(TASKS),
  input: name.min(1),
  outDir: name,
  outName: z.string().min(1).max(255).refine((text) => !text.includes('/'), 'a name without folders'),
  formats: z.array(format).min(1),
  languageModel: z.boolean().optional(), // transcribe
  top: z.int().min(1).max(TOP_CLASSES.most).optional(), // classify
  model: z.object({ id: z.string().min(1), path: name.optional(), hash: z.string() }), // path: in the shared folder; else every machine has its own
  secondsPerFile: z.number().positive().optional(),
  memoryLimit: z.int().positive().optional(), // bytes
});
export type QueueJob = z.infer<typeof queueJob>;

/** `staged`: id under which the outputs lie staged (main/fs/staging.ts) in their folder. */
export const queueResult = z.object({ staged: z.string(), ...stagedResult.shape });
export type QueueResult = z.infer<typeof queueResult>;

export { jobProgress as queueProgress };

/** Names the staged files of one attempt, so that two machines which both believe to have the job never write into one file. */
export function stagedId(jobId: string, attempt: number): string {
  return `${jobId}-a${attempt}`;
}

/** A queue keeps the message of an error only. */
export function encodeError(error: unknown): Error {
  const report = error instanceof AppError ? error.toReport() : { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), hint: 'This is a fault of the program: please report it.' };
  return new Error(JSON.stringify(report));
}

export function decodeError(reason: string | undefined): AppError {
  try {
    const { code, message, hint } = errorReport.parse(JSON.parse(reason ?? ''));
    return new AppError(code, message, hint);
  } catch {
    return new AppError('WORKER_CRASHED', `The workers that had the file ended without a word (${reason ?? 'no reason'})`, 'Look at the workers; then try again.');
  }
}
