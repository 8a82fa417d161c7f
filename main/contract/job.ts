/** One file to process, and what happens to it. The window, the command line and the batch engine speak these types. */
import { z } from 'zod';
import { ERROR_CODES } from './errors';
import { FORMAT_SUFFIXES, TASKS, allFormatsOf, type Format } from './formats';

/**
 * auto: the best that this machine has. cpu: the same without a GPU. native: our kernels or an error. portable: stock ONNX operators on the CPU.
 * webgpu: stock operators on the GPU.
 */
export const DEVICES = ['auto', 'cpu', 'native', 'portable', 'webgpu'] as const;
export type Device = (typeof DEVICES)[number];

/** Where a session really runs. */
export const SESSION_DEVICES = ['native', 'portable', 'webgpu'] as const;
export type SessionDevice = (typeof SESSION_DEVICES)[number];

/** How many classes are written of the most likely ones. */
export const TOP_CLASSES = { byDefault: 5, most: 1000 };

export const format = z.enum(TASKS.flatMap(allFormatsOf) as [Format, ...Format[]]);

export const jobSpec = z
  .object({
    id: z.string().regex(/^[\w-]{1,64}$/), // part of temporary file names
    task: z.enum(TASKS),
    input: z.string().min(1), // absolute path
    model: z.string().min(1).optional(), // id of an installed model, path of its folder or of a checkpoint; the task's default without
    outDir: z.string().min(1),
    outName: z.string().min(1).refine((name) => !name.includes('/'), 'a file name without folders'), // the outputs are outDir/outName + suffixes of the format
    overwrite: z.boolean(),
    formats: z.array(format).min(1),
    device: z.enum(DEVICES),
    threads: z.int().min(0).max(256), // 0: as many as the machine has cores
    languageModel: z.boolean().optional(), // transcribe: false leaves the model's language model out
    top: z.int().min(1).max(TOP_CLASSES.most).optional(), // classify: how many classes are written
  })
  .refine((job) => job.formats.every((name) => FORMAT_SUFFIXES[job.task][name] !== undefined), {
    path: ['formats'],
    error: 'a format of the job\'s own task',
  });
export type JobSpec = z.infer<typeof jobSpec>;

/** What the table shows of a finished job. */
export const jobSummary = z.discriminatedUnion('task', [
  z.object({ task: z.literal('segment'), width: z.int(), height: z.int(), instances: z.int(), scene: z.literal(true).optional() }), // of a scene its classes
  z.object({ task: z.literal('transcribe'), audioSeconds: z.number(), words: z.int(), text: z.string() }),
  z.object({ task: z.literal('enhance'), audioSeconds: z.number() }),
  z.object({ task: z.literal('separate'), audioSeconds: z.number() }),
  z.object({ task: z.literal('upscale'), width: z.int(), height: z.int() }),
  z.object({ task: z.literal('classify'), label: z.string(), score: z.number() }), // the most likely class
]);
export type JobSummary = z.infer<typeof jobSummary>;

export const jobOutput = z.object({ format, path: z.string() });
export type JobOutput = z.infer<typeof jobOutput>;

export const errorReport = z.object({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string() });

/** Progress of one stage; `fraction` runs from 0 to 1 over the whole job. */
export const jobProgress = z.object({ stage: z.string(), fraction: z.number().min(0).max(1) });
export type JobProgress = z.infer<typeof jobProgress>;

/** Every job is queued once and ends in exactly one of done, failed and cancelled. A notice belongs to no job. */
export const jobEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('notice'), message: z.string() }),
  z.object({ event: z.literal('queued'), job: z.string(), input: z.string(), task: z.enum(TASKS), model: z.string() }),
  z.object({ event: z.literal('progress'), job: z.string(), ...jobProgress.shape }),
  z.object({
    event: z.literal('done'),
    job: z.string(),
    input: z.string(),
    outputs: z.array(jobOutput),
    summary: jobSummary,
    device: z.enum(SESSION_DEVICES),
    seconds: z.number(), // wall time of the job, loading the model included
  }),
  z.object({ event: z.literal('failed'), job: z.string(), input: z.string(), error: errorReport }),
  z.object({ event: z.literal('cancelled'), job: z.string(), input: z.string() }),
]);
export type JobEvent = z.infer<typeof jobEvent>;

/** Closes the event stream of a list of jobs. */
export const listEnd = z.object({ event: z.literal('end'), done: z.int(), failed: z.int(), cancelled: z.int(), seconds: z.number() });
export type ListEnd = z.infer<typeof listEnd>;
