/** Node's system errors (`ENOSPC`, `EACCES`, ...) in the words and codes of the contract. */
import { AppError, type ErrorCode } from '../contract/errors';

type Table = Record<string, [code: ErrorCode, what: string, hint: string]>;

const reading: Table = {
  ENOENT: ['FILE_NOT_FOUND', 'does not exist', 'Check the name and the folder.'],
  ENOTDIR: ['FILE_NOT_FOUND', 'does not exist: a part of its path is a file, not a folder', 'Check the path.'],
  ENAMETOOLONG: ['FILE_NOT_FOUND', 'has a name longer than the system allows', 'Check the name.'],
  EISDIR: ['NOT_A_FILE', 'is a folder', 'Name the files in it.'],
  EACCES: ['NO_ACCESS', 'may not be read', 'Check the permissions of the file and its folder.'],
  EPERM: ['NO_ACCESS', 'may not be read', 'Check the permissions of the file and its folder.'],
  EBUSY: ['NO_ACCESS', 'is in use by another program', 'Close it there, then try again.'], // Windows
  EIO: ['BAD_MEDIA', 'could not be read from the disk', 'Check the disk or copy the file elsewhere.'],
};

const writing: Table = {
  ENOSPC: ['DISK_FULL', 'could not be written: the disk is full', 'Free some space or choose another output folder.'],
  EDQUOT: ['DISK_FULL', 'could not be written: your disk quota is used up', 'Free some space or choose another output folder.'],
  EBUSY: ['OUTPUT_NOT_WRITABLE', 'cannot be written: another program has it open', 'Close it there, then try again.'], // Windows
  ENAMETOOLONG: ['OUTPUT_NOT_WRITABLE', 'cannot be created: its name is longer than the system allows', 'Shorten the name of the input.'],
};
const notWritable: Table[string] = ['OUTPUT_NOT_WRITABLE', 'cannot be written', 'Choose an output folder that exists or can be created, and where you may write; close the file where a program has it open.'];

function errno(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** `error`, raised while `file` was read, as an AppError; anything but a known system error comes back as it is. */
export function readError(error: unknown, file: string): unknown {
  const row = reading[errno(error) ?? ''];
  return row ? new AppError(row[0], `${file} ${row[1]}`, row[2]) : error;
}

/** `error`, raised while `file` was written. */
export function writeError(error: unknown, file: string): unknown {
  const code = errno(error);
  if (code === undefined || error instanceof AppError) return error;
  const [appCode, what, hint] = writing[code] ?? notWritable;
  return new AppError(appCode, `${file} ${what} (${code})`, hint);
}
