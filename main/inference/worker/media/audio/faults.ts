/** The ways in which a recording can be unusable, in words that a user understands. */
import { AppError } from '../../../../contract/errors';

const COPY_AGAIN = 'Copy or download the file again, or convert what is left of it to WAV.';

export function damaged(what: string, hint = COPY_AGAIN): AppError {
  return new AppError('BAD_MEDIA', what, hint);
}

/** `seconds`: where the sound ends; `expected`: where the header says that it should, if it says so. */
export function truncated(format: string, seconds: number, expected?: number): AppError {
  const promise = expected === undefined ? 'in the middle of a block' : `but its header announces ${clock(expected)}`;
  return damaged(`the ${format} file is cut off: its sound ends at ${clock(seconds)}, ${promise}`);
}

export function unsupported(what: string, hint = 'Convert it to WAV, FLAC, MP3, Ogg or M4A (AAC-LC).'): AppError {
  return new AppError('UNKNOWN_FORMAT', what, hint);
}

export function clock(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
