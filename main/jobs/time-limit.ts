import { AppError } from '../contract/errors';

/**
 * Runs `work` with a signal that also ends it after so long; the clock runs from `onStart`, so that waiting behind another job costs nothing.
 * Rejects with TIME_LIMIT.
 */
export async function withTimeLimit<Result>(seconds: number, signal: AbortSignal, work: (signal: AbortSignal, onStart: () => void) => Promise<Result>): Promise<Result> {
  const end = new AbortController(); // AbortSignal.any would leave something behind in `signal` for every file of a batch
  const abort = () => end.abort();
  let timer: NodeJS.Timeout | undefined;
  const onStart = () => {
    clearTimeout(timer);
    timer = setTimeout(abort, Math.min(seconds * 1000, 2 ** 31 - 1));
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await work(end.signal, onStart);
  } catch (error) {
    if (!end.signal.aborted || signal.aborted) throw error;
    throw new AppError('TIME_LIMIT', `The file took longer than the ${seconds} seconds that the batch allows`, 'Allow more time for each file, or process this one alone.');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
