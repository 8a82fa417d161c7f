import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { AppError } from '../contract/errors';
import { readError } from './system-errors';

/** Rejects unless `file` is a readable regular file with something in it. */
export async function checkInputFile(file: string): Promise<Stats> {
  const info = await statInputFile(file);
  try {
    await (await open(file, 'r')).close();
    return info;
  } catch (error) {
    throw readError(error, file);
  }
}

/** The same for a caller that opens the file next, and so sees whether it may be read. */
export async function statInputFile(file: string): Promise<Stats> {
  const info = await stat(file).catch((error: unknown) => Promise.reject(readError(error, file)));
  if (info.isDirectory()) throw new AppError('NOT_A_FILE', `${file} is a folder`, 'Name the files in it, for example with a pattern: folder/*.png. Whole folders are for batch.');
  if (!info.isFile()) throw new AppError('NOT_A_FILE', `${file} is a device or a pipe, not a file`, 'Save it to a file first.');
  if (info.size === 0) throw new AppError('EMPTY_FILE', `${file} is empty (0 bytes)`, 'Copy or download it again.');
  return info;
}
