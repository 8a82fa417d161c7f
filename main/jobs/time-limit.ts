import { AppError } from '../contract/errors';

/**
 * Runs `work` with a signal that also ends it after so long; the clock runs from `onStart`, so that waiting behind another job costs nothing.
 * Rejects with TIME_LIMIT.
 */
export async function withTimeLimit<Result>(seconds: number, signal: AbortSignal, work: (signal: AbortSignal, onStart: () => void) => Promise<Result>): Promise<Result> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onStart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => limit.abort(), Math.min(seconds * 1000, 2 ** 31 - 1));
  };
  try {
    return await work(AbortSignal.any([signal, limit.signal]), onStart);
  } catch (error) {
    if (!limit.signal.aborted || signal.aborted) throw error;
    throw new AppError('TIME_LIMIT', `The file took longer than the ${seconds} seconds that the batch allows`, 'Allow more time for each file, or process this one alone.');
  } finally {
    clearTimeout(timer);
  }
}
