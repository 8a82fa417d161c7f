import type { Task } from '../../contract/formats';
import { sniffFile } from '../../fs/signature';
import { INPUT_KINDS } from './media-names';

/** Whether files whose names do not tell are inputs of a task, by their first bytes. Remembers its answers, for folders that are looked through again and again. */
export class ContentCheck {
  private readonly known = new Map<string, { stamp: string; fits: boolean }>();

  constructor(private readonly task: Task) {}

  async fits(file: string, { size, mtimeMs }: { size: number; mtimeMs: number }): Promise<boolean> {
    const stamp = `${size} ${mtimeMs}`;
    const before = this.known.get(file);
    if (before?.stamp === stamp) return before.fits;
    const kind = size === 0 ? undefined : (await sniffFile(file).catch(() => undefined))?.kind; // what cannot be read is none
    const fits = kind === 'image' || kind === 'audio' ? INPUT_KINDS[this.task].includes(kind) : false;
    this.known.set(file, { stamp, fits });
    return fits;
  }
}
