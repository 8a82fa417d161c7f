/** What the desk keeps of a job on the disk: a folder each, `<dataDir>/desk/<job>/`, with job.json, the result and the user's edit. */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { deskJob, type DeskJob } from '../contract/desk';
import type { Format, Task } from '../contract/formats';
import type { JobSpec } from '../contract/job';
import type { ResultPart } from '../contract/resources';
import type { Computing } from '../contract/settings';
import { writeAtomic } from '../fs/atomic-write';
import { outputPaths } from '../jobs/commit';

const RECORD = 'job.json';
const EDIT = 'edit.bin';
const RESULT = 'result';
const DAY_MS = 24 * 3600 * 1000;

const deskRecord = z.object({
  job: deskJob,
  input: z.string(), // absolute path
  denoise: z.string().nullable(), // id of an enhance model
});
export type DeskRecord = z.infer<typeof deskRecord>;

/** The one format in which the desk keeps the result of a task, and what the window calls its files. */
export const KEPT: Record<Task, { format: Format; parts: readonly ResultPart[] }> = {
  segment: { format: 'regions', parts: ['regions'] },
  transcribe: { format: 'json', parts: ['transcript'] },
  enhance: { format: 'wav', parts: ['sound'] },
  separate: { format: 'wav', parts: ['speaker1', 'speaker2'] },
  upscale: { format: 'png', parts: ['picture'] },
  classify: { format: 'json', parts: ['classes'] },
};

/** Each attempt at a job stages under a name of its own. */
export function attemptSpec(root: string, { job: { id, task }, input }: DeskRecord, attempt: number, { device, threads, languageModel }: Computing): JobSpec {
  return { id: `${id}-${attempt}`, task, input, outDir: path.join(root, id), outName: RESULT, overwrite: true, formats: [KEPT[task].format], device, threads, languageModel };
}

/** The files of a result, in the order of its parts. */
export function resultPaths(root: string, { id, task }: DeskJob): string[] {
  return outputPaths({ task, outDir: path.join(root, id), outName: RESULT }, KEPT[task].format);
}

export function editPath(root: string, id: string): string {
  return path.join(root, id, EDIT);
}

/** Throws AppError OUTPUT_NOT_WRITABLE, DISK_FULL. */
export async function saveRecord(root: string, { job, input, denoise }: DeskRecord): Promise<void> {
  await writeAtomic(path.join(root, job.id, RECORD), JSON.stringify({ job, input, denoise }));
}

/** The records of an earlier run of the program, the oldest first. Folders without a readable one are removed: a submission or a removal was cut off. */
export async function loadRecords(root: string): Promise<DeskRecord[]> {
  const names = existsSync(root) ? await readdir(root) : [];
  const records: DeskRecord[] = [];
  for (const name of names) {
    try {
      const record = deskRecord.parse(JSON.parse(await readFile(path.join(root, name, RECORD), 'utf8')));
      if (record.job.id !== name) throw new Error('a folder of another job');
      records.push({ ...record, job: { ...record.job, edited: existsSync(editPath(root, name)) } });
    } catch {
      await rm(path.join(root, name), { recursive: true, force: true });
    }
  }
  return records.sort((a, b) => a.job.created - b.job.created);
}

/** Notes that the input was there today: the time of job.json is the last day on which it was. */
export async function noteSeen(root: string, id: string): Promise<void> {
  const now = new Date();
  await utimes(path.join(root, id, RECORD), now, now).catch(() => undefined); // a disk that takes no writes
}

/** For how many days the input has been gone. */
export async function daysUnseen(root: string, id: string): Promise<number> {
  return (Date.now() - (await stat(path.join(root, id, RECORD))).mtimeMs) / DAY_MS;
}

/** How a job looks while its input is gone: nothing can be drawn or played of it, but what is kept of it stays on the disk. */
export function withoutInput(job: DeskJob): DeskJob {
  return {
    ...job, state: 'failed', summary: null, device: null, seconds: null,
    error: { code: 'FILE_NOT_FOUND', message: `${job.file.name} is no longer where it was opened, or was changed since`, hint: 'Put it back and run the job again, or remove the job from the list.' },
  };
}

/** A job as it comes back after a restart: what was not finished has failed, and says so. */
export function restored(root: string, { state, ...job }: DeskJob): DeskJob {
  const failed = (message: string): DeskJob => ({
    ...job, state: 'failed', summary: null, device: null, seconds: null, error: { code: 'WORKER_CRASHED', message, hint: 'Run it again.' },
  });
  if (state === 'queued' || state === 'running') return failed('Mamba Studio ended before this job was finished');
  if (state === 'done' && !resultPaths(root, { state, ...job }).every((file) => existsSync(file))) return failed('The result is no longer there');
  return { state, ...job };
}
