/** The desk: what lies open in the window, one job a file and task. It lives in the serving process, so a reloaded window finds it again. */
import { z } from 'zod';
import { errorReport, jobProgress, jobSummary, SESSION_DEVICES } from './job';
import { openedFile } from './media';
import { TASKS } from './formats';

export const DESK_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

export const deskJob = z.object({
  id: z.string(),
  task: z.enum(TASKS),
  file: openedFile,
  model: z.string(), // id
  state: z.enum(DESK_STATES),
  ...jobProgress.shape, // stage: the last one reported; '' while queued
  created: z.number(), // ms since 1970
  summary: jobSummary.nullable(), // when done
  device: z.enum(SESSION_DEVICES).nullable(), // when done
  seconds: z.number().nullable(), // wall time, when done
  error: errorReport.nullable(), // when failed
  edited: z.boolean(), // an edit was saved beside the result
});
export type DeskJob = z.infer<typeof deskJob>;

export const submission = z.object({
  file: openedFile.shape.id,
  task: z.enum(TASKS),
  model: z.string().optional(), // id; the task's default without
  denoise: z.string().optional(), // transcribe: id of an enhance model that cleans the sound first
});
export type Submission = z.infer<typeof submission>;

/** Speaking into the microphone: a session ends as a desk job with its recording and transcript. */
export const liveSession = z.object({ session: z.string(), sampleRate: z.literal(16_000), model: z.string() });
export type LiveSession = z.infer<typeof liveSession>;
