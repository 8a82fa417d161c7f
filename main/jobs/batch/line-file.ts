/**
 * Files of JSON lines that only grow. A line is durable when `append` resolves. A torn line, of a process that was killed or a disk that was full, and garbage cost
 * themselves only: the next line begins on a line of its own, and the reader passes over what is no JSON.
 */
import { constants, createReadStream, fstatSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { writeError } from '../../fs/system-errors';

/** Where a line lies in its file, in bytes, without the line break. */
export interface LinePlace {
  offset: number;
  length: number;
}

const NEWLINE = 10;
const LONGEST_LINE = 1 << 20; // bytes; what is longer is garbage
const MOST_AT_ONCE = 4 << 20; // bytes; lines that lie closer together are read in one piece
const READ_AHEAD = 1 << 16; // bytes: lines are mostly asked for one by one, in order

/** On Linux a write can return when it is on the disk, one call in place of two; elsewhere that promises less than a sync does, or there is no such thing. */
const SYNCED_WRITES = process.platform === 'linux' ? constants.O_DSYNC : 0;
const OPEN = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | SYNCED_WRITES;

const NOTHING_READ = { offset: 0, bytes: Buffer.alloc(0) };

/** A file is open as long as somebody uses or holds it: opening and closing cost as much as what is done in between. */
export class LineFile {
  private handle: Promise<FileHandle> | undefined;
  private users = 0;
  private end = -1; // behind the last whole line, as far as is known
  private ahead = NOTHING_READ; // stays true: the file only grows

  constructor(readonly file: string) {}

  /** Keeps the file open until `release`. */
  hold(): void {
    this.users++;
  }

  async release(): Promise<void> {
    if (--this.users > 0) return;
    const { handle } = this;
    [this.handle, this.end, this.ahead] = [undefined, -1, NOTHING_READ];
    await (await handle?.catch(() => undefined))?.close();
  }

  /** All at the price of one, one call after the other. Throws AppError OUTPUT_NOT_WRITABLE, DISK_FULL. */
  async append(values: readonly unknown[]): Promise<LinePlace[]> {
    return this.use(async (handle) => {
      const { size } = fstatSync(handle.fd); // of an open file it is known at once
      const whole = size === 0 || size === this.end || (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] === NEWLINE;
      const before = whole ? '' : '\n';
      const places: LinePlace[] = [];
      const bytes = [Buffer.from(before)];
      let offset = size + before.length;
      for (const value of values) {
        const line = Buffer.from(`${JSON.stringify(value)}\n`);
        bytes.push(line);
        places.push({ offset, length: line.length - 1 });
        offset += line.length;
      }
      await handle.appendFile(Buffer.concat(bytes));
      if (SYNCED_WRITES === 0) await handle.datasync();
      this.end = offset;
      return places;
    }).catch((error: unknown) => Promise.reject(writeError(error, this.file)));
  }

  /** The lines at some places, which need not be in order. */
  async readAt(places: readonly LinePlace[]): Promise<unknown[]> {
    if (places.length === 0) return [];
    const start = Math.min(...places.map(({ offset }) => offset));
    const end = Math.max(...places.map(({ offset, length }) => offset + length));
    return this.use(async (handle) => {
      const all = end - start <= MOST_AT_ONCE ? await this.read(handle, { offset: start, length: end - start }) : undefined;
      const values: unknown[] = [];
      for (const place of places) values.push(parse(all?.subarray(place.offset - start, place.offset - start + place.length) ?? (await this.read(handle, place))));
      return values;
    });
  }

  private async read(handle: FileHandle, { offset, length }: LinePlace): Promise<Buffer> {
    const from = offset - this.ahead.offset;
    if (from >= 0 && from + length <= this.ahead.bytes.length) return this.ahead.bytes.subarray(from, from + length);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(Math.max(length, READ_AHEAD)), 0, null, offset);
    const bytes = buffer.subarray(0, bytesRead);
    if (length <= READ_AHEAD) this.ahead = { offset, bytes };
    return bytes.subarray(0, length);
  }

  private async use<Result>(action: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    this.hold();
    try {
      this.handle ??= open(this.file, OPEN).catch((error: unknown) => {
        this.handle = undefined;
        throw error;
      });
      return await action(await this.handle);
    } finally {
      await this.release();
    }
  }
}

/** The values of all lines in order; undefined for a line that is no JSON. Nothing where there is no file. */
export async function* readLines(file: string): AsyncGenerator<{ value: unknown; place: LinePlace }> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0; // of `rest`
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
        if (end > 0) yield { value: parse(bytes.subarray(0, end)), place: { offset, length: end } };
        offset += end + 1;
        bytes = bytes.subarray(end + 1);
      }
      if (bytes.length > LONGEST_LINE) {
        offset += bytes.length - 1;
        bytes = Buffer.from('?'); // the line stays unreadable, but is not held
      }
      rest = bytes;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest.length > 0) yield { value: parse(rest), place: { offset, length: rest.length } };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
