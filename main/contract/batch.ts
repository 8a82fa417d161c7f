/** Folders and lists of files worked through in the background. The engine is main/jobs/batch. */
import { z } from 'zod';
import { TASKS, type Format } from './formats';
import { errorReport, format, TOP_CLASSES } from './job';

/** What is done with the files of a kind. */
export const batchTask = z.object({
  task: z.enum(TASKS),
  model: z.string().optional(),
  formats: z.array(format).min(1) as z.ZodType<Format[], Format[]>,
  top: z.int().min(1).max(TOP_CLASSES.most).optional(), // classify: how many classes are written
});
export type BatchTask = z.infer<typeof batchTask>;

export const batchSpec = z.object({
  sources: z.array(z.string().min(1)).min(1), // paths of folders and files that the user may open
  tasks: z.array(batchTask).min(1), // each kind of media is taken by one of them at most
  outDir: z.string().nullable(), // null: beside each input
  template: z.string().min(1).max(200), // of an output without the format's suffix, relative to outDir: {dir} {name} {ext} {task} {model} {index} {date}
  existing: z.enum(['skip', 'number', 'overwrite']), // what to do where an output is there already that this batch did not write
  collisions: z.enum(['number', 'refuse']).optional(), // what to do where outputs of this batch would fall onto each other or onto an input; absent: they are numbered
  include: z.array(z.string().min(1).max(200)).max(100).optional(), // of the files in folders only these: patterns with * ** ? {a,b}
  exclude: z.array(z.string().min(1).max(200)).max(100).optional(), // and none of these
  secondsPerFile: z.number().positive().optional(), // longer than that, and the file fails
  megabytesPerFile: z.number().min(64).max(1e6).optional(), // of memory that the child may hold, model and all; more, and the file fails
  watch: z.boolean().optional(), // the folders go on being watched: what comes into them is taken up, each content once
  shard: z.object({ index: z.int().min(1), count: z.int().min(1).max(100_000) }).optional(), // of all files only this part, for machines that share the work without a queue
});
export type BatchSpec = z.infer<typeof batchSpec>;

export const BATCH_STATES = ['scanning', 'running', 'watching', 'paused', 'done', 'cancelled'] as const;

export const batchInfo = z.object({
  id: z.string(),
  spec: batchSpec,
  state: z.enum(BATCH_STATES),
  pausedBecause: errorReport.nullable(), // such as DISK_FULL; watching: a folder that is gone
  created: z.number(), // ms since 1970
  total: z.int(), // known so far
  done: z.int(),
  failed: z.int(),
  skipped: z.int(), // finished before, or an output was there
  fraction: z.number(),
  etaSeconds: z.number().nullable(),
});
export type BatchInfo = z.infer<typeof batchInfo>;

export const ITEM_STATES = ['waiting', 'running', 'done', 'failed', 'skipped', 'cancelled'] as const;

export const batchItem = z.object({
  index: z.int(),
  input: z.string(), // path
  task: z.enum(TASKS),
  state: z.enum(ITEM_STATES),
  stage: z.string(),
  fraction: z.number(),
  seconds: z.number().nullable(),
  outputs: z.array(z.string()), // paths
  error: errorReport.nullable(),
});
export type BatchItem = z.infer<typeof batchItem>;

export const batchPreview = z.object({
  total: z.int(),
  perTask: z.array(z.object({ task: z.enum(TASKS), total: z.int() })), // empty where the files were not looked for
  complete: z.boolean(), // false: more files than were looked at
  samples: z.array(z.object({ input: z.string(), outputs: z.array(z.string()) })),
  problems: z.array(errorReport),
});
export type BatchPreview = z.infer<typeof batchPreview>;
