import type { RunTime } from '../lib';

/** What a run cost: one thread's own processor time, which other programs do not disturb, or the wall time of several. */
export const cost = ({ wallMs, threadMs }: RunTime, threads: number): number => (threads === 1 ? threadMs : wallMs);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
