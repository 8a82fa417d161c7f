import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { suffixOf, type Format } from '../contract/formats';
import type { JobOutput, JobSpec } from '../contract/job';
import { stagedPath } from '../fs/staging';
import { writeError } from '../fs/system-errors';

export function outputPath(job: Pick<JobSpec, 'task' | 'outDir' | 'outName'>, format: Format): string {
  return path.join(job.outDir, job.outName + suffixOf(job.task, format));
}

/** Rejects when an output is already there and may not be replaced. */
export function checkNoOutputExists(job: JobSpec): void {
  const taken = job.overwrite ? undefined : job.formats.map((format) => outputPath(job, format)).find((file) => existsSync(file));
  if (taken !== undefined) throw outputExists(taken);
}

/** Gives the staged outputs of a job their final names and makes that durable: all of them, or none where nothing had to be replaced. */
export async function commitStaged(job: JobSpec): Promise<JobOutput[]> {
  const committed: JobOutput[] = [];
  for (const format of job.formats) {
    const output = { format, path: outputPath(job, format) };
    try {
      await (job.overwrite ? rename : renameToFree)(stagedPath(job.outDir, job.id, format), output.path);
    } catch (error) {
      if (!job.overwrite) await Promise.all(committed.map(({ path: file }) => rm(file, { force: true })));
      throw writeError(error, output.path);
    }
    committed.push(output);
  }
  await syncFolder(job.outDir);
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
  await rm(staged, { force: true });
}

/** Windows cannot open a folder; its renames are journalled. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function outputExists(file: string): AppError {
  return new AppError('OUTPUT_EXISTS', `${file} exists already`, 'Allow overwriting (--overwrite) or choose another output folder (--out).');
}
