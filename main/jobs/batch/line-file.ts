/**
 * Files of JSON lines that only grow. A line is durable when `appendLine` resolves. A torn line, of a process that was killed or a disk that was full, and garbage cost
 * themselves only: the next line begins on a line of its own, and the reader passes over what is no JSON.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeError } from '../../fs/system-errors';

/** Where a line lies in its file, in bytes, without the line break. */
export interface LinePlace {
  offset: number;
  length: number;
}

const NEWLINE = 10;
const LONGEST_LINE = 1 << 20; // bytes; what is longer is garbage

export async function appendLine(file: string, value: unknown): Promise<LinePlace> {
  return (await appendLines(file, [value]))[0]!;
}

/** All at the price of one. */
export async function appendLines(file: string, values: readonly unknown[]): Promise<LinePlace[]> {
  try {
    const handle = await open(file, 'a+');
    try {
      const { size } = await handle.stat();
      const last = size === 0 ? NEWLINE : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0];
      const before = last === NEWLINE ? '' : '\n';
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
      await handle.datasync();
      return places;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeError(error, file);
  }
}

/** Reads the lines at some places, which need not be in order. */
export async function readLinesAt(file: string, places: readonly LinePlace[]): Promise<unknown[]> {
  if (places.length === 0) return [];
  const handle = await open(file, 'r');
  try {
    const values: unknown[] = [];
    for (const { offset, length } of places) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      values.push(parse(buffer.subarray(0, bytesRead)));
    }
    return values;
  } finally {
    await handle.close();
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
