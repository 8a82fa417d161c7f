const MEMORY = 0.97; // weight of the past for each file that follows: the last thirty or so count

/** How long a file costs whatever its size (opening, naming, syncing), as bytes. */
const BASE_BYTES = 64 * 1024;

export function weightOf(bytes: number): number {
  return bytes + BASE_BYTES;
}

/** What decides how long a byte takes, and is known without opening the file: what is done, and the extension, for a second of MP3 has a tenth of the bytes of a second of WAV. */
export function kindOf({ input, task = '' }: { input: string; task?: string | undefined }): string {
  return `${task}.${/\.([^./\\]+)$/.exec(input)?.[1]?.toLowerCase() ?? ''}`;
}

interface Measured {
  weight: number;
  seconds: number;
}

/** Measured speed, by kind of file, and how many files are in hand at the same time. */
export class Speed {
  private readonly kinds = new Map<string, Measured>();
  private readonly all: Measured = { weight: 0, seconds: 0 };
  private wall = 0; // seconds in which `all` was done
  private last: number | undefined;

  /** `now` values: seconds of any clock that is never set. */
  begin(now = performance.now() / 1000): void {
    this.last = now;
  }

  /** A file of a kind that took so long, from the moment that it was begun. */
  add(kind: string, weight: number, seconds: number, now = performance.now() / 1000): void {
    const one = this.kinds.get(kind) ?? { weight: 0, seconds: 0 };
    for (const sum of [one, this.all]) {
      sum.weight = sum.weight * MEMORY + weight;
      sum.seconds = sum.seconds * MEMORY + seconds;
    }
    this.kinds.set(kind, one);
    this.wall = this.wall * MEMORY + Math.max(0, now - (this.last ?? now - seconds));
    this.last = now;
  }

  /** For what is left of each kind. Null until something was measured. */
  secondsFor(remaining: ReadonlyMap<string, number>): number | null {
    if (this.all.weight === 0 || this.all.seconds === 0) return null;
    let seconds = 0;
    for (const [kind, weight] of remaining) {
      const { weight: measured, seconds: took } = this.kinds.get(kind) ?? this.all;
      seconds += (weight * took) / measured;
    }
    return seconds * Math.min(1, this.wall / this.all.seconds);
  }
}
