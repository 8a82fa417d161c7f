import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { checkInputFile } from '../../../../fs/input-file';
import type { ByteStream } from './stream';

const BLOCK = 256 * 1024; // the first one is kept: headers are looked at in many small pieces, and many recordings are no longer

/** A file on disk as bytes: small reads at any offset for headers, and a stream of blocks for the rest. */
export interface FileBytes {
  path: string;
  size: number;
  /** Bytes [offset, offset + length), fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Bytes [start, end), block by block; the file is open only while the stream is consumed. */
  stream(start?: number, end?: number): ByteStream;
}

/** Throws AppError FILE_NOT_FOUND, NOT_A_FILE, NO_ACCESS, EMPTY_FILE. */
export async function openFileBytes(path: string): Promise<FileBytes> {
  const { size } = await checkInputFile(path);
  const head = await readAt(path, 0, Math.min(size, BLOCK));
  return {
    path,
    size,
    read: async (offset, length) => (offset + length <= head.length ? head.slice(offset, offset + length) : readAt(path, offset, length)),
    async *stream(start = 0, end = size) {
      if (start < Math.min(end, head.length)) yield head.subarray(start, end);
      const from = Math.max(start, head.length);
      if (from < end) yield* createReadStream(path, { start: from, end: end - 1, highWaterMark: BLOCK });
    },
  };
}

async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}
