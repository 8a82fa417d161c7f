import { closeSync, existsSync, fsync, openSync } from 'node:fs';
import { link, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../contract/errors';
import { suffixesOf, type Format } from '../contract/formats';
import type { JobOutput, JobSpec } from '../contract/job';
import { stagedPath } from '../fs/staging';
import { writeError } from '../fs/system-errors';

const syncDescriptor = promisify(fsync);

type Named = Pick<JobSpec, 'task' | 'outDir' | 'outName'>;

/** The files of a format by their final names, as many as it has suffixes. */
export function outputPaths({ task, outDir, outName }: Named, format: Format): string[] {
  return suffixesOf(task, format).map((suffix) => path.join(outDir, outName + suffix));
}

export interface StagedOutput extends JobOutput {
  staged: string; // path
}

/** What a job writes, in the order of its formats. */
export function outputsOf(job: Named & Pick<JobSpec, 'id' | 'formats'>): StagedOutput[] {
  return job.formats.flatMap((format) =>
    suffixesOf(job.task, format).map((suffix) => ({ format, path: path.join(job.outDir, job.outName + suffix), staged: stagedPath(job.outDir, job.id, suffix) })),
  );
}

/** Rejects when an output is already there and may not be replaced. */
export function checkNoOutputExists(job: JobSpec): void {
  const taken = job.overwrite ? undefined : job.formats.flatMap((format) => outputPaths(job, format)).find((file) => existsSync(file));
  if (taken !== undefined) throw outputExists(taken);
}

/** Gives the staged outputs of a job their final names and makes that durable: all of them, or none where nothing had to be replaced. */
export async function commitStaged(outputs: readonly StagedOutput[], { outDir, overwrite }: Pick<JobSpec, 'outDir' | 'overwrite'>): Promise<JobOutput[]> {
  const committed: JobOutput[] = [];
  for (const { format, path: file, staged } of outputs) {
    try {
      await (overwrite ? rename : renameToFree)(staged, file);
    } catch (error) {
      if (!overwrite) await Promise.all(committed.map((output) => rm(output.path, { force: true })));
      throw writeError(error, file);
    }
    committed.push({ format, path: file });
  }
  await syncFolder(outDir);
  return committed;
}

/** A link fails where a rename would silently replace a file that came up meanwhile; FAT and some network shares have no links. */
async function renameToFree(staged: string, target: string): Promise<void> {
  try {
    await link(staged, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(target)) throw outputExists(target);
    return rename(staged, target);
  }
  await unlink(staged);
}

/** Windows cannot open a folder; its renames are journalled. The folder was worked in just now: to open and close it takes no turn of its own. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  await syncDescriptor(descriptor).finally(() => closeSync(descriptor));
}

function outputExists(file: string): AppError {
  return new AppError('OUTPUT_EXISTS', `${file} exists already`, 'Allow overwriting (--overwrite) or choose another output folder (--out).');
}
