import type { MediaKind } from '../../contract/formats';
import { sniffFile } from '../../fs/signature';

/** What files hold whose names do not tell, by their first bytes. Remembers its answers, for folders that are looked through again and again. */
export class ContentCheck {
  private readonly known = new Map<string, { stamp: string; kind: MediaKind | null }>();

  /** Null: neither pictures nor sound. */
  async kindOf(file: string, { size, mtimeMs }: { size: number; mtimeMs: number }): Promise<MediaKind | null> {
    const stamp = `${size} ${mtimeMs}`;
    const before = this.known.get(file);
    if (before?.stamp === stamp) return before.kind;
    const found = size === 0 ? undefined : (await sniffFile(file).catch(() => undefined))?.kind; // what cannot be read is none
    const kind = found === 'image' || found === 'audio' ? found : null;
    this.known.set(file, { stamp, kind });
    return kind;
  }
}
