import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../contract/errors';
import { writeError } from '../fs/system-errors';

export const UPLOAD_LIMIT_BYTES = 8 * 2 ** 30;
const LONGEST_NAME = 100; // characters

export interface Received {
  file: string;
  known: boolean; // the same name and content had come before
}

/** Files that came as bytes: dropped into a browser, pasted, recorded. Each in a folder of its own, so that it keeps its name; what comes again is the file that is there, with all that hangs on it. */
export class Uploads {
  constructor(
    readonly folder: string,
    private readonly limit = UPLOAD_LIMIT_BYTES,
  ) {}

  /** Writes the stream to the disk as it comes; nothing stays behind of one that fails. Throws AppError TOO_LARGE, DISK_FULL, EMPTY_FILE. */
  async receive(name: string, stream: ReadableStream<Uint8Array>): Promise<Received> {
    const folder = path.join(this.folder, randomUUID());
    const file = path.join(folder, safeName(name));
    try {
      await mkdir(folder, { recursive: true });
      const { bytes, digest } = await this.write(file, stream);
      if (bytes === 0) throw new AppError('EMPTY_FILE', `${name} is empty (0 bytes)`, 'Copy or download it again.');
      return await this.settle(file, bytes, digest);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw writeError(error, file);
    }
  }

  async discard(file: string): Promise<void> {
    await rm(path.dirname(file), { recursive: true, force: true });
  }

  /** Removes those that hold none of the `used` paths. */
  async clear(used: ReadonlySet<string>): Promise<void> {
    const kept = new Set([...used].map((file) => path.dirname(file)));
    const folders = await readdir(this.folder).catch(() => [] as string[]);
    const unused = folders.map((name) => path.join(this.folder, name)).filter((folder) => !kept.has(folder));
    await Promise.allSettled(unused.map((folder) => rm(folder, { recursive: true, force: true })));
  }

  /** Into the folder that name and content tell. */
  private async settle(file: string, bytes: number, digest: string): Promise<Received> {
    const [folder, settled] = [path.dirname(file), path.join(this.folder, digest)];
    const there = path.join(settled, path.basename(file));
    try {
      await rename(folder, settled);
      return { file: there, known: false };
    } catch {
      const whole = await stat(there).then(({ size }) => size === bytes, () => false);
      if (!whole) return { file, known: false };
      await rm(folder, { recursive: true, force: true });
      return { file: there, known: true };
    }
  }

  private async write(file: string, stream: ReadableStream<Uint8Array>): Promise<{ bytes: number; digest: string }> {
    const handle = await open(file, 'wx');
    const reader = stream.getReader();
    const hash = createHash('sha256').update(`${path.basename(file)}\0`);
    let bytes = 0;
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        bytes += next.value.byteLength;
        if (bytes > this.limit) throw new AppError('TOO_LARGE', `${path.basename(file)} is larger than ${this.limit} bytes, the limit of an upload`, 'Open it by its path instead.');
        hash.update(next.value);
        await handle.writeFile(next.value);
      }
      return { bytes, digest: hash.digest('hex').slice(0, 36) };
    } catch (error) {
      await reader.cancel().catch(() => undefined);
      throw error;
    } finally {
      await handle.close();
    }
  }
}

/** The last part of what the sender calls it, with what no file system takes replaced; the suffix is kept. */
export function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const clean = last.replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').replace(/^\.+|[. ]+$/g, '');
  const { name: stem, ext } = path.parse(clean);
  return `${stem.slice(0, LONGEST_NAME) || 'file'}${ext.slice(0, 20)}`;
}
