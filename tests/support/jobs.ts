import { randomUUID } from 'node:crypto';
import type { JobSpec } from '../../main/contract/job';
import type { WorkerJob } from '../../main/contract/worker-messages';

/** A job with everything but its input filled in. */
export function jobFor(input: string, more: Partial<JobSpec> = {}): JobSpec {
  return {
    id: randomUUID(), task: 'segment', input, outDir: '/nowhere', outName: 'result', overwrite: false, formats: ['labels'], device: 'auto', threads: 1, ...more,
  };
}

export function workFor(input: string): WorkerJob {
  return { job: jobFor(input), model: { id: 'none', card: 'none', weights: 'none' } };
}
