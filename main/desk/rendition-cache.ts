import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { writeError } from '../fs/system-errors';

interface Entry {
  bytes: number;
  used: number; // ms since 1970
}

/**
 * Files and folders that can be made again, in one folder of bounded size: the least recently used go first. An entry is staged under another name and renamed when it is
 * whole, so what is there is right. Equal requests at the same time share one making; what failed is made anew by the next.
 */
export class RenditionCache {
  private readonly entries = new Map<string, Entry>();
  private readonly making = new Map<string, Promise<string>>();
  private opened: Promise<void> | undefined;

  constructor(
    private readonly folder: string,
    private readonly limitBytes: number,
  ) {}

  /** Path of the entry `name`; where it is missing, `make` writes it, a file or a folder, to the path that it is given. */
  async get(name: string, make: (staged: string) => Promise<void>): Promise<string> {
    await (this.opened ??= this.open());
    const running = this.making.get(name);
    if (running) return running;
    const result = this.find(name, make).finally(() => this.making.delete(name));
    this.making.set(name, result);
    return result;
  }

  /** Takes stock of what earlier runs left; what they had not finished goes. */
  private async open(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      for (const name of await readdir(this.folder)) {
        if (name.startsWith('.')) await rm(path.join(this.folder, name), { recursive: true, force: true });
        else this.entries.set(name, { bytes: await sizeOf(path.join(this.folder, name)), used: (await stat(path.join(this.folder, name))).mtimeMs });
      }
    } catch (error) {
      this.opened = undefined;
      throw writeError(error, this.folder);
    }
  }

  private async find(name: string, make: (staged: string) => Promise<void>): Promise<string> {
    const file = path.join(this.folder, name);
    const now = new Date();
    const entry = this.entries.get(name);
    if (entry && (await utimes(file, now, now).then(() => true, () => false))) {
      entry.used = now.getTime();
      return file;
    }
    this.entries.delete(name);
    const staged = path.join(this.folder, `.${randomUUID()}`);
    try {
      await make(staged);
      const bytes = await sizeOf(staged);
      await rename(staged, file);
      this.entries.set(name, { bytes, used: Date.now() });
    } catch (error) {
      await rm(staged, { recursive: true, force: true }).catch(() => undefined);
      throw writeError(error, this.folder);
    }
    await this.shrink(name);
    return file;
  }

  /** `kept` is about to be read, however large it is. */
  private async shrink(kept: string): Promise<void> {
    let total = [...this.entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [name, { bytes }] of [...this.entries].sort(([, a], [, b]) => a.used - b.used)) {
      if (total <= this.limitBytes) return;
      if (name === kept || this.making.has(name)) continue;
      this.entries.delete(name);
      total -= bytes;
      await rm(path.join(this.folder, name), { recursive: true, force: true }).catch(() => undefined); // somebody reads it: the next start counts it again
    }
  }
}

async function sizeOf(file: string): Promise<number> {
  const info = await stat(file);
  if (!info.isDirectory()) return info.size;
  const sizes = await Promise.all((await readdir(file)).map((name) => sizeOf(path.join(file, name))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
