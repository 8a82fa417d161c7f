import { reportOf } from '../../../bridge/check';

const PAUSES = [300, 1200, 4000]; // ms before another attempt
const PASSING = ['WORKER_CRASHED', 'CONNECTION_LOST'];

/** Does `work` again where it failed because a process had ended or did not answer; rejects with the last error. */
export async function patiently<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (const pause of PAUSES) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !PASSING.includes(reportOf(error).code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return work();
}
