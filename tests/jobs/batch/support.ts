import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { EventBody, EventName } from '../../../main/contract/api';
import type { BatchSpec } from '../../../main/contract/batch';
import { AppError } from '../../../main/contract/errors';
import { InferenceHost } from '../../../main/inference/host';
import { spawnWorker } from '../../../main/inference/spawn-node';
import type { BatchesOptions } from '../../../main/jobs/batch/batches';
import type { JobRunner } from '../../../main/jobs/run-job';
import { findModelFor } from '../../../main/library/bundled';

export function specFor(sources: string[], more: Partial<BatchSpec> = {}): BatchSpec {
  return { sources, task: 'segment', formats: ['labels', 'csv'], outDir: null, template: '{dir}/{name}', existing: 'skip', ...more };
}

export interface Heard {
  events: { event: EventName; body: unknown }[];
  log: string[];
}

/** What Batches needs, around a runner; `heard` keeps what it said. */
export function surroundings(dir: string, host: JobRunner): { options: BatchesOptions; heard: Heard } {
  const heard: Heard = { events: [], log: [] };
  const options: BatchesOptions = {
    dir,
    host,
    library: { findFor: findModelFor },
    settings: { get: () => ({ device: 'auto', threads: 1 }) },
    grants: { check: (file) => (statOf(file) ? Promise.resolve(path.resolve(file)) : Promise.reject(new AppError('FILE_NOT_FOUND', `${file} does not exist`))), checkNew: (file) => Promise.resolve(path.resolve(file)) },
    publish: <Name extends EventName>(event: Name, body: EventBody<Name>) => void heard.events.push({ event, body }),
    log: { write: (_level, _source, message) => void heard.log.push(message) },
  };
  return { options, heard };
}

function statOf(file: string) {
  return statSync(file, { throwIfNoEntry: false });
}

export function realHost(): InferenceHost {
  return new InferenceHost({ spawn: spawnWorker });
}

/** Relative path -> hash of content, of all files below, hidden ones too; without the summaries, which tell times. */
export function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).filter((name) => !name.includes('mamba-batch-summary') && statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, createHash('sha256').update(readFileSync(path.join(folder, name))).digest('hex')]));
}
