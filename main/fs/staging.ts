/**
 * Two steps keep results whole. The child *stages*: it writes each output in full to a hidden file of its final folder and syncs it to the disk. The
 * parent *commits* (main/jobs/commit.ts): it renames. A child killed at any moment leaves staged files at most, and the parent knows their names.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { suffixesOf } from '../contract/formats';
import type { JobSpec } from '../contract/job';
import { writeError } from './system-errors';

/** In the final folder, so that the rename stays on one volume; short, so that a name that fits finally fits here too. */
export function stagedPath(outDir: string, jobId: string, suffix: string): string {
  return path.join(outDir, `.mamba-${jobId}${suffix}.tmp`);
}

/** `mode`: permissions of the new file, before anything is in it. */
export async function writeStaged(file: string, data: Uint8Array | string, mode = 0o666): Promise<void> {
  try {
    const handle = await create(file, mode);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeError(error, path.dirname(file));
  }
}

async function create(file: string, mode: number): Promise<FileHandle> {
  try {
    return await open(file, 'wx', mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeFolder(path.dirname(file));
    return open(file, 'wx', mode);
  }
}

/**
 * Creates what is missing of `folder`, also where another file's job creates it at the same moment. Node's own recursive mkdir never returns where the
 * system answers ENOENT below a folder that exists (/proc).
 */
async function makeFolder(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  if (parent !== folder && !existsSync(parent)) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Removes what a failed job may have left. Never fails: it runs while another error is being reported. */
export async function discardStaged(outDir: string, jobId: string, { task, formats }: Pick<JobSpec, 'task' | 'formats'>): Promise<void> {
  const suffixes = formats.flatMap((format) => suffixesOf(task, format));
  await Promise.allSettled(suffixes.map((suffix) => rm(stagedPath(outDir, jobId, suffix), { force: true })));
}
