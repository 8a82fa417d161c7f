import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { writeError } from '../fs/system-errors';
import { Lock } from '../jobs/batch/lock';

/** Keeps a second window or server out of the data folder: each would clear away the other's files. Throws AppError NOT_AVAILABLE, OUTPUT_NOT_WRITABLE. */
export async function lockDataDir(dataDir: string): Promise<Lock> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return await Lock.take(path.join(dataDir, 'in-use'));
  } catch (error) {
    if (!(error instanceof AppError)) throw writeError(error, dataDir);
    throw new AppError('NOT_AVAILABLE', `Another Mamba Studio uses the data folder ${dataDir}`, 'End that one first, or choose another folder with --data-dir.');
  }
}
