import { AppError, type ErrorReport } from '../contract/errors';
import type { JobEvent, JobProgress, JobSpec } from '../contract/job';
import type { ModelFiles, Preparation, StagedResult, WorkerJob } from '../contract/worker-messages';
import { checkInputFile } from '../fs/input-file';
import { checkOutputFolder } from '../fs/output-folder';
import { discardStaged } from '../fs/staging';
import { checkNoOutputExists, commitStaged, outputsOf } from './commit';

/** Runs a job up to staged outputs; main/inference/host.ts is one. `ahead`: false where the input may bring a child down, see main/inference/host-pool.ts. */
export interface JobRunner {
  run(work: WorkerJob, options: { signal: AbortSignal; onProgress: (progress: JobProgress) => void; onStart?: () => void; ahead?: boolean; newsMs?: number }): Promise<StagedResult>;
  /** Jobs with this model are about to come. */
  prepare?(preparation: Preparation): void;
}

export type JobEnd = Extract<JobEvent, { event: 'done' | 'failed' | 'cancelled' }>;

/** Runs one job to its end, which is also its last event. Never rejects. */
export async function runJob(runner: JobRunner, job: JobSpec, model: ModelFiles, signal: AbortSignal, emit: (event: JobEvent) => void): Promise<JobEnd> {
  const end = await attempt(runner, job, model, signal, emit);
  emit(end);
  return end;
}

async function attempt(runner: JobRunner, job: JobSpec, model: ModelFiles, signal: AbortSignal, emit: (event: JobEvent) => void): Promise<JobEnd> {
  const names = { job: job.id, input: job.input };
  const started = performance.now();
  try {
    if (signal.aborted) return { event: 'cancelled', ...names };
    await checkInputFile(job.input);
    await checkOutputFolder(job.outDir);
    checkNoOutputExists(job);
    const { summary, device } = await runner.run({ job, model }, { signal, onProgress: (progress) => emit({ event: 'progress', job: job.id, ...progress }) });
    signal.throwIfAborted();
    const outputs = await commitStaged(outputsOf(job), job);
    return { event: 'done', ...names, outputs, summary, device, seconds: secondsSince(started) };
  } catch (error) {
    await discardStaged(job.outDir, job.id, job);
    return signal.aborted ? { event: 'cancelled', ...names } : { event: 'failed', ...names, error: reportOf(error) };
  }
}

/** Wall time since a value of performance.now(), to the millisecond. */
export function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}

function reportOf(error: unknown): ErrorReport {
  if (error instanceof AppError) return error.toReport();
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), hint: 'This is a fault of the program: please report it.' };
}
