import type { JobProgress } from '../../contract/job';

const INTERVAL_MS = 50;

/** Passes on what a person can see: a new stage at once, else 20 reports a second; the fraction never falls. */
export function progressFilter(send: (progress: JobProgress) => void): (stage: string, fraction: number) => void {
  let last = { stage: '', fraction: 0, time: -Infinity };
  return (stage, reported) => {
    const time = performance.now();
    const fraction = Math.min(1, Math.max(last.fraction, reported));
    const news = stage !== last.stage || time - last.time >= INTERVAL_MS;
    last = { stage, fraction, time: news ? time : last.time };
    if (news) send({ stage, fraction });
  };
}
