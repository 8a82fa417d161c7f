import type { JobEvent, JobSpec, ListEnd } from '../contract/job';
import type { ModelFiles } from '../contract/worker-messages';
import { runJob, secondsSince, type JobRunner } from './run-job';

/**
 * Runs jobs one after the other; a failed one does not stop the rest. After `signal` every job that is not finished ends as cancelled.
 * Emits the events of all jobs, then `end`, which it also gives back. Never rejects.
 */
export async function runList(
  runner: JobRunner,
  jobs: readonly JobSpec[],
  model: ModelFiles,
  signal: AbortSignal,
  emit: (event: JobEvent | ListEnd) => void,
): Promise<ListEnd> {
  const started = performance.now();
  const count = { done: 0, failed: 0, cancelled: 0 };
  for (const job of jobs) emit({ event: 'queued', job: job.id, input: job.input, task: job.task, model: model.id });
  for (const job of jobs) count[(await runJob(runner, job, model, signal, emit)).event]++;
  const end: ListEnd = { event: 'end', ...count, seconds: secondsSince(started) };
  emit(end);
  return end;
}
