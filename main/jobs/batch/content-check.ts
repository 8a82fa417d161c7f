import { open } from 'node:fs/promises';
import type { Task } from '../../contract/formats';
import { sniff } from '../../fs/signature';
import { INPUT_KINDS } from './media-names';

const HEAD_BYTES = 4096;

/** Whether files whose names do not tell are inputs of a task, by their first bytes. Remembers its answers, for folders that are looked through again and again. */
export class ContentCheck {
  private readonly known = new Map<string, { stamp: string; fits: boolean }>();

  constructor(private readonly task: Task) {}

  async fits(file: string, { size, mtimeMs }: { size: number; mtimeMs: number }): Promise<boolean> {
    const stamp = `${size} ${mtimeMs}`;
    const before = this.known.get(file);
    if (before?.stamp === stamp) return before.fits;
    const kind = size === 0 ? undefined : await kindOf(file).catch(() => undefined); // what cannot be read is none
    const fits = kind === 'image' || kind === 'audio' ? INPUT_KINDS[this.task].includes(kind) : false;
    this.known.set(file, { stamp, fits });
    return fits;
  }
}

async function kindOf(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return sniff(buffer.subarray(0, bytesRead))?.kind;
  } finally {
    await handle.close();
  }
}
