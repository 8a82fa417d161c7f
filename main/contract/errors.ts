/**
 * Every error that reaches a user carries one of these codes. A code is stable: programs may test it, translations are keyed by it.
 * `message` says what was expected and what came, `hint` what to do.
 */
import { MODEL_ERROR_CODES, ModelError } from '../../models/errors';

export const ERROR_CODES = [
  ...MODEL_ERROR_CODES,
  'FILE_NOT_FOUND',
  'NOT_A_FILE',
  'NO_ACCESS',
  'EMPTY_FILE',
  'UNKNOWN_FORMAT', // no reader for this content
  'BAD_MEDIA', // the reader for this format failed: truncated or damaged file
  'WRONG_TASK', // e.g. an image given to transcribe
  'UNKNOWN_MODEL',
  'UNKNOWN_FORMAT_NAME', // an output format that the task does not have
  'OUTPUT_NOT_WRITABLE',
  'OUTPUT_EXISTS',
  'OUTPUT_COLLISION', // two inputs of a batch would have the same output
  'DISK_FULL',
  'OUT_OF_MEMORY',
  'NATIVE_FAILED', // ONNX Runtime or a kernel refused to load or run
  'WORKER_CRASHED',
  'TIME_LIMIT', // of a file in a batch
  'MEMORY_LIMIT', // of a file in a batch
  'QUEUE_UNREACHABLE', // the Redis that hands out a batch to several machines
  'SHARED_FOLDER', // not the folder that the machines of a queue share
  'CANCELLED',
  'NOT_ALLOWED', // a path, origin or token that was not granted
  'NOT_AVAILABLE', // here: such as a system dialog in a browser
  'CONNECTION_LOST',
  'DOWNLOAD_FAILED',
  'BAD_USAGE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorReport {
  code: ErrorCode;
  message: string;
  hint: string;
}

export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint = '',
  ) {
    super(message);
  }

  toReport(): ErrorReport {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** Errors of the pure zone say of which file they are; `hint` is for those that have none. */
export function inFile<Result>(file: string, read: () => Result, hint?: string): Result {
  try {
    return read();
  } catch (error) {
    return sayFile(file, hint)(error);
  }
}

/** The same for what a promise is rejected with. */
export function sayFile(file: string, hint?: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ModelError) throw new AppError(error.code, `${file}: ${error.message}`, error.hint || hint);
    throw error;
  };
}
