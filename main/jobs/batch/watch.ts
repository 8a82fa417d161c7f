/**
 * Watched folders, looked through again and again: that works on network shares, whose changes no system reports, and it finds a folder that was gone for a while. A file
 * is taken when size and time have stayed the same for a moment.
 */
import type { ErrorReport } from '../../contract/errors';
import { reportOf } from './batch-faults';
import type { Found } from './scan';

export interface WatchTimes {
  everyMs: number; // at most this often; a tree that takes long to look through less often
  settleMs: number; // how long a file must stay as it is
  emptyMs: number; // and an empty one, whose content may still be on its way
}

export const WATCH_TIMES: WatchTimes = { everyMs: 1000, settleMs: 2000, emptyMs: 30_000 };

const LOOK_SHARE = 20; // times as long as a look took is waited for the next one
const SLOWEST_MS = 60_000;

/** What a look has brought. */
export interface Look {
  found: Found[]; // new files that have settled
  changed: number[]; // items whose files are not what they were
  missing: ErrorReport | null; // a source that is gone
}

interface Seen {
  bytes: number;
  modified: number;
  item: number | null; // null: not taken yet
  since: number; // ms of performance.now(), when it was first seen as it is
}

export class FolderWatch {
  private readonly seen = new Map<string, Seen>();
  private took = 0;

  /** `scan`: all files of the sources; tells `onMissing` of a source that is gone. */
  constructor(
    private readonly scan: (onMissing: (error: unknown) => void) => AsyncIterable<Found>,
    private readonly times: WatchTimes = WATCH_TIMES,
  ) {}

  /** An input of the plan: one that a look has found, or an older one, of which it is not known what it was when it was planned, so that the first look has it looked at again. */
  know(input: string, item: number): void {
    this.seen.set(input, { bytes: -1, modified: -1, ...this.seen.get(input), item, since: -Infinity });
  }

  /** ms until the next look. */
  get pause(): number {
    return Math.min(SLOWEST_MS, Math.max(this.times.everyMs, LOOK_SHARE * this.took));
  }

  async look(now = performance.now()): Promise<Look> {
    const look: Look = { found: [], changed: [], missing: null };
    const present = new Set<string>();
    for await (const file of this.scan((error) => (look.missing = reportOf(error)))) {
      present.add(file.input);
      const seen = this.note(file, now);
      if (now - seen.since < (file.bytes === 0 ? this.times.emptyMs : this.times.settleMs)) continue;
      if (seen.item === null) look.found.push(file);
      else if (seen.since !== -Infinity) {
        look.changed.push(seen.item);
        seen.since = -Infinity; // told
      }
    }
    for (const [input, { item }] of this.seen) if (item === null && !present.has(input)) this.seen.delete(input);
    this.took = performance.now() - now;
    return look;
  }

  private note({ input, bytes, modified }: Found, now: number): Seen {
    const before = this.seen.get(input);
    if (before?.bytes === bytes && before.modified === modified) return before;
    const seen = { bytes, modified, item: before?.item ?? null, since: now };
    this.seen.set(input, seen);
    return seen;
  }
}
