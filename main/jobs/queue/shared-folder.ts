/**
 * The folder that all machines of a queue share, wherever each has mounted it. A marker file in it has an id, which names the queue: machines that were given different
 * folders never get each other's jobs. Jobs name files relative to it.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../contract/errors';
import { readError, writeError } from '../../fs/system-errors';

const MARKER = '.mamba-shared';
const marker = z.object({ id: z.uuid() });

export class SharedFolder {
  private constructor(
    readonly root: string, // links resolved
    readonly id: string,
  ) {}

  /** Throws AppError FILE_NOT_FOUND, NO_ACCESS, and SHARED_FOLDER where the folder has no marker, unless it may be `made`. */
  static async open(folder: string, { make }: { make: boolean }): Promise<SharedFolder> {
    const root = await realpath(folder).catch((error: unknown) => Promise.reject(readError(error, folder)));
    const file = path.join(root, MARKER);
    if (make) {
      await writeFile(file, `${JSON.stringify({ id: randomUUID() })}\n`, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw writeError(error, file);
      });
    }
    return new SharedFolder(root, await readMarker(file, root));
  }

  /** Throws AppError SHARED_FOLDER where the folder is no longer the one that it was, such as a share that is not mounted at the moment. */
  async check(): Promise<void> {
    const id = await readMarker(path.join(this.root, MARKER), this.root);
    if (id !== this.id) throw new AppError('SHARED_FOLDER', `${this.root} is another shared folder than before`, 'Mount the same share again.');
  }

  /** As jobs name it, with forward slashes. Throws AppError BAD_USAGE for what lies elsewhere; links are resolved first. */
  async nameOf(file: string): Promise<string> {
    return this.relative(await resolved(file), file);
  }

  /** Where a name of a job lies here. Throws AppError NOT_ALLOWED for what leads out of the folder, links resolved. */
  async placeOf(name: string): Promise<string> {
    const place = path.resolve(this.root, ...name.split('/'));
    try {
      this.relative(place, name);
      this.relative(await resolved(place), name);
    } catch {
      throw new AppError('NOT_ALLOWED', `A job names ${name}, which leads out of the shared folder`, 'Only use a Redis that you trust.');
    }
    return place;
  }

  private relative(place: string, named: string): string {
    const relative = path.relative(this.root, place);
    if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
      throw new AppError('BAD_USAGE', `${named} lies outside of the shared folder ${this.root}`, 'Name the folder that all machines share, with inputs and outputs in it: --shared.');
    }
    return relative.split(path.sep).join('/');
  }
}

async function readMarker(file: string, root: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw readError(error, file);
    throw new AppError('SHARED_FOLDER', `${root} is not the folder that the machines of this queue share: it holds no ${MARKER}`, 'Name the folder that the batch was given with --shared, as it is mounted here.');
  });
  const parsed = marker.safeParse(parseJson(text));
  if (!parsed.success) throw new AppError('SHARED_FOLDER', `${file} is damaged`, 'Remove it, and start the batch and all workers again.');
  return parsed.data.id;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Links resolved; of what does not exist yet, those of the folders that do. */
async function resolved(file: string): Promise<string> {
  const absolute = path.resolve(file);
  if (existsSync(absolute) || path.dirname(absolute) === absolute) return realpath(absolute);
  return path.join(await resolved(path.dirname(absolute)), path.basename(absolute));
}
