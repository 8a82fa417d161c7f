import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../contract/errors';
import { readError } from './system-errors';

/** A ByteSource (models/checkpoints/byte-source.ts). */
export interface FileSource {
  readonly size: number;
  read(start: number, end: number): Uint8Array<ArrayBuffer>;
  close(): void;
}

/** A file that is read range by range. Throws FILE_NOT_FOUND and its like; a file that shrinks meanwhile is BAD_CHECKPOINT. */
export function openFileSource(file: string): FileSource {
  const system = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (error) {
      throw readError(error, file);
    }
  };
  const descriptor = system(() => openSync(file, 'r'));
  const size = system(() => fstatSync(descriptor).size);
  return {
    size,
    read(start, end) {
      const bytes = new Uint8Array(end - start);
      for (let filled = 0; filled < bytes.length; ) {
        const count = system(() => readSync(descriptor, bytes, filled, bytes.length - filled, start + filled));
        if (count === 0) throw new AppError('BAD_CHECKPOINT', `${file} ended at byte ${start + filled}, it had ${size} bytes before`, 'Wait until it is written, and try again.');
        filled += count;
      }
      return bytes;
    },
    close: () => closeSync(descriptor),
  };
}
