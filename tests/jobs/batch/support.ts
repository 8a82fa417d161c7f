import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, expect } from 'vitest';
import type { EventBody, EventName } from '../../../main/contract/api';
import type { BatchInfo, BatchSpec, BatchTask } from '../../../main/contract/batch';
import { AppError } from '../../../main/contract/errors';
import { HostPool } from '../../../main/inference/host-pool';
import { spawnWorker } from '../../../main/inference/spawn-node';
import { Batches, type BatchesOptions } from '../../../main/jobs/batch/batches';
import type { JobRunner } from '../../../main/jobs/run-job';
import { findModelFor } from '../../../main/library/bundled';
import { temporaryFolders } from '../../support/temporary-folder';

/** With one task, unless `more` says which. */
export function specFor(sources: string[], { task = 'segment', model, formats = ['labels', 'csv'], ...more }: Partial<BatchSpec & BatchTask> = {}): BatchSpec {
  return { sources, tasks: [{ task, model, formats }], outDir: null, template: '{dir}/{name}', existing: 'skip', ...more };
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
    settings: { get: () => ({ device: 'auto', threads: 1, languageModel: true }) },
    grants: { check: (file) => (statOf(file) ? Promise.resolve(path.resolve(file)) : Promise.reject(new AppError('FILE_NOT_FOUND', `${file} does not exist`))), checkNew: (file) => Promise.resolve(path.resolve(file)) },
    publish: <Name extends EventName>(event: Name, body: EventBody<Name>) => void heard.events.push({ event, body }),
    log: { write: (_level, _source, message) => void heard.log.push(message) },
  };
  return { options, heard };
}

function statOf(file: string) {
  return statSync(file, { throwIfNoEntry: false });
}

/** Processes files for real, in one child at a time unless told otherwise. */
export function realHost(lanes = 1): HostPool {
  return new HostPool({ spawn: spawnWorker, lanes: () => lanes });
}

/** Relative path -> hash of content, of all files below, hidden ones too; without the summaries, which tell times. */
export function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).filter((name) => !name.includes('mamba-batch-summary') && statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(names.sort().map((name) => [name, createHash('sha256').update(readFileSync(path.join(folder, name))).digest('hex')]));
}

export const patient = { timeout: 300_000, interval: 5 }; // others may use the cores

/** The engine around a real child for the tests of a file; what it opens is closed after each test. */
export function engine() {
  const newFolder = temporaryFolders();
  const host = realHost();
  const opened: Batches[] = [];
  const closeAll = async () => {
    for (const batches of opened.splice(0)) await batches.close();
  };
  afterEach(closeAll);
  return {
    host,
    newFolder,
    closeAll,
    open(dir = newFolder(), runner: JobRunner = host, more: Partial<BatchesOptions> = {}): { batches: Batches; heard: Heard; dir: string } {
      const { options, heard } = surroundings(dir, runner);
      const batches = new Batches({ ...options, ...more });
      opened.push(batches);
      return { batches, heard, dir };
    },
    async until(batches: Batches, id: string, state: BatchInfo['state'] = 'done'): Promise<BatchInfo> {
      await expect.poll(async () => (await batches.list()).find((batch) => batch.id === id)!.state, { ...patient, interval: 20 }).toBe(state);
      return (await batches.list()).find((batch) => batch.id === id)!;
    },
    /** Every item by name of its input: state or code. */
    async endings(batches: Batches, batch: string): Promise<Record<string, string>> {
      const { items } = await batches.items(batch, 0, 500);
      return Object.fromEntries(items.map((item) => [path.basename(item.input), item.error?.code ?? item.state]));
    },
  };
}

export const picture = (width = 40, height = 30) => sharp({ create: { width, height, channels: 3, background: 'grey' } }).png().toBuffer();

/** Seconds of somebody who speaks: 16-bit mono WAV. */
export function speech(seconds: number): Buffer {
  const wav = readFileSync('assets/jfk.wav');
  const data = wav.indexOf('data') + 8;
  const bytes = seconds * 32_000;
  const cut = Buffer.from(wav.subarray(0, data + bytes));
  cut.writeUInt32LE(cut.length - 8, 4);
  cut.writeUInt32LE(bytes, data - 4);
  return cut;
}

/** A runner that counts what it passes on, and may refuse. */
export function counting(host: JobRunner, refuse: (input: string) => AppError | undefined = () => undefined) {
  const inputs: string[] = [];
  const runner: JobRunner = {
    run(work, options) {
      inputs.push(path.basename(work.job.input));
      const error = refuse(work.job.input);
      return error ? Promise.reject(error) : host.run(work, options);
    },
  };
  return { runner, inputs };
}

