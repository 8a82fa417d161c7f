import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeStaged } from './staging';
import { writeError } from './system-errors';

/** Writes a whole file, or leaves the one that was there: staged beside it, synced, renamed. `mode`: permissions of the new file. Throws AppError OUTPUT_NOT_WRITABLE, DISK_FULL. */
export async function writeAtomic(file: string, data: Uint8Array | string, mode?: number): Promise<void> {
  const staged = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`);
  try {
    await writeStaged(staged, data, mode);
    await rename(staged, file);
  } catch (error) {
    await rm(staged, { force: true }).catch(() => undefined);
    throw writeError(error, file);
  }
}
