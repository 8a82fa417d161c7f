/** What a test may say of time: it holds on a machine of any speed, under any load. */

const REFERENCE_MS = 12; // processor time of `reference` on a usual machine that does nothing else

/** Fixed work: numbers, typed arrays and short-lived objects. */
function reference(): number {
  const words = new Uint32Array(1 << 16);
  let sum = 0;
  for (let i = 0; i < 3_000_000; i++) {
    const at = Math.imul(i, 0x9e3779b1) >>> 16;
    words[at]! += i;
    sum += words[(at * 7) & 0xffff]! & 1;
  }
  for (let i = 0; i < 200_000; i++) sum += { i, name: `${i}` }.name.length;
  return sum;
}

const processorMs = (work: () => unknown): number => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};

/** How many times as long work takes here and now as on a usual machine; never less than 1. */
export function slowness(): number {
  return Math.max(1, Math.min(...[1, 2, 3].map(() => processorMs(reference))) / REFERENCE_MS);
}

/** Whether processor time is more than a limit given in seconds of a usual machine. */
export function exceeds(userSeconds: number, limit: number): boolean {
  return userSeconds > limit && userSeconds > limit * slowness();
}

/**
 * How many times as long `more` takes as `less`: the quickest of several runs of each, by turns. Whatever else the machine does only lengthens a run, and how fast it is
 * makes no difference; what grows with the square of a size that is 16 times as large takes 256 times as long.
 */
export function timesAsLong(more: () => unknown, less: () => unknown, runs = 5): number {
  const quickest = [Infinity, Infinity];
  for (let run = 0; run < runs; run++) for (const [i, work] of [more, less].entries()) quickest[i] = Math.min(quickest[i]!, processorMs(work));
  return quickest[0]! / Math.max(quickest[1]!, 0.05);
}
