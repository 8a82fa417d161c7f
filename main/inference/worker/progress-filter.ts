import type { JobProgress } from '../../contract/job';

const INTERVAL_MS = 50;

/** Passes on what a person can see: a new stage at once, else 20 reports a second; the fraction never falls. `leastMs`: before the first report, and between any two. */
export function progressFilter(send: (progress: JobProgress) => void, leastMs = 0): (stage: string, fraction: number) => void {
  let last = { stage: '', fraction: 0, time: leastMs === 0 ? -Infinity : performance.now() };
  return (stage, reported) => {
    const time = performance.now();
    const fraction = Math.min(1, Math.max(last.fraction, reported));
    const news = time - last.time >= (stage === last.stage ? Math.max(leastMs, INTERVAL_MS) : leastMs);
    last = { stage, fraction, time: news ? time : last.time };
    if (news) send({ stage, fraction });
  };
}
