import type { Reporter } from './reporter';

/** One event a line, as `jobEvent` and `listEnd` in main/contract/job.ts have it. */
export function jsonLines(out: NodeJS.WritableStream): Reporter {
  return { event: (event) => void out.write(`${JSON.stringify(event)}\n`) };
}
