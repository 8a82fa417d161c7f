import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { ByteStream } from './stream';

const BLOCK = 256 * 1024;
const HEAD = 64 * 1024; // read once: headers are looked at in many small pieces

/** A file on disk as bytes: small reads at any offset for headers, and a stream of blocks for the rest. */
export interface FileBytes {
  path: string;
  size: number;
  /** Bytes [offset, offset + length), fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Bytes [start, end), block by block; the file is open only while the stream is consumed. */
  stream(start?: number, end?: number): ByteStream;
}

export async function openFileBytes(path: string): Promise<FileBytes> {
  const { size } = await stat(path);
  const head = await readAt(path, 0, Math.min(size, HEAD));
  return {
    path,
    size,
    read: async (offset, length) => (offset + length <= head.length ? head.slice(offset, offset + length) : readAt(path, offset, length)),
    async *stream(start = 0, end = size) {
      if (start < end) yield* createReadStream(path, { start, end: end - 1, highWaterMark: BLOCK });
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
