import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { readError } from './system-errors';

/** Which part of the disk the window may ask for: in Electron whatever the user picks, in serve the folders that were named at its start. */
export class Grants {
  private constructor(readonly roots: readonly string[] | 'all') {}

  static all(): Grants {
    return new Grants('all');
  }

  /** Throws AppError FILE_NOT_FOUND, NO_ACCESS. */
  static async to(folders: readonly string[]): Promise<Grants> {
    return new Grants([...new Set(await Promise.all(folders.map(real)))]);
  }

  /** The real path, links resolved. Throws AppError NOT_ALLOWED, FILE_NOT_FOUND, NO_ACCESS; outside the roots it does not tell whether a file exists. */
  async check(file: string): Promise<string> {
    if (file.includes('\0')) throw notAllowed(file.replaceAll('\0', '?'));
    if (this.roots === 'all') return real(file);
    if (!this.contains(path.resolve(file)) && !this.contains(await realpath(file).catch(() => file))) throw notAllowed(file);
    const found = await real(file);
    if (!this.contains(found)) throw notAllowed(file);
    return found;
  }

  /** For a file that need not exist yet, such as an output folder: its nearest existing folder must be granted. Gives the resolved path. */
  async checkNew(file: string): Promise<string> {
    const wanted = path.resolve(file);
    for (let existing = wanted; ; existing = path.dirname(existing)) {
      const found = await realpath(existing).catch(() => undefined);
      if (found === undefined && existing !== path.dirname(existing)) continue;
      return path.join(await this.check(existing), path.relative(existing, wanted));
    }
  }

  private contains(file: string): boolean {
    if (this.roots === 'all') return true;
    return this.roots.some((root) => {
      const relative = path.relative(root, file);
      return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
    });
  }
}

function real(file: string): Promise<string> {
  return realpath(path.resolve(file)).catch((error: unknown) => Promise.reject(readError(error, file)));
}

function notAllowed(file: string): AppError {
  return new AppError('NOT_ALLOWED', `${file} is outside the folders that this server was given`, 'Name its folder when you start it: mamba-studio serve <folder>.');
}
