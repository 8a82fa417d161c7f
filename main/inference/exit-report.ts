import { AppError } from '../contract/errors';
import { MEMORY_LIMIT_WORDS } from '../contract/worker-messages';
import type { WorkerExit } from './worker-channel';

/** The error of a job whose child died under it. */
export function exitError({ code, signal, lastWords }: WorkerExit): AppError {
  const held = lastWords.split(MEMORY_LIMIT_WORDS)[1];
  if (held !== undefined) return new AppError('MEMORY_LIMIT', `The file needed more memory than the batch allows (${held.trim()})`, 'Allow more memory for each file, or process this one alone.');
  if (/heap out of memory|bad_alloc|Cannot allocate memory/i.test(lastWords)) {
    return new AppError('OUT_OF_MEMORY', 'The inference process ran out of memory', 'Close other programs or use a smaller file.');
  }
  const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
  const said = lastWords.trim().split('\n');
  const last = said.findLast((line) => /error|fault|assert|terminate/i.test(line)) ?? said.at(-1);
  const hint = signal === 'SIGKILL' ? 'Somebody or the system (out of memory?) killed it; try again.' : 'Try again, or with --device portable.';
  return new AppError('WORKER_CRASHED', `The inference process ended ${how} during this job${last ? `: ${last}` : ''}`, hint);
}
