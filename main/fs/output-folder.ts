import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { writeError } from './system-errors';

/** Rejects early, before minutes of work, when nothing can be written to `folder`. A folder that can be created passes; nothing is created here. */
export async function checkOutputFolder(folder: string): Promise<void> {
  for (let existing = folder; ; existing = path.dirname(existing)) {
    const info = await stat(existing).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && existing !== path.dirname(existing)) return undefined;
      throw writeError(error, folder);
    });
    if (info === undefined) continue;
    if (!info.isDirectory()) throw new AppError('OUTPUT_NOT_WRITABLE', `${folder} cannot be a folder: ${existing} is a file`, 'Choose another output folder.');
    return access(existing, constants.W_OK).catch((error: unknown) => Promise.reject(writeError(error, folder)));
  }
}

/** Looks at output folders one job after the other, and not at one that has just taken the results of another job. */
export class OutputFolders {
  private proven: string | undefined; // for one job

  /** Rejects as `checkOutputFolder` does. */
  async check(folder: string): Promise<void> {
    const known = folder === this.proven;
    this.proven = undefined;
    if (!known) await checkOutputFolder(folder);
  }

  /** Results were written to `folder`. */
  took(folder: string): void {
    this.proven = folder;
  }
}
