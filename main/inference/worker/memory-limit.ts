/**
 * Ends this process when it holds more memory than the job in hand may take. A thread looks, for native code and long loops keep the main one from it; the parent reads the
 * last words and takes a new child for the next job.
 */
import { Worker } from 'node:worker_threads';
import { MEMORY_LIMIT_WORDS } from '../../contract/worker-messages';

const LOOK_MS = 50;

const thread = `
const { writeSync } = require('node:fs');
const { limit, words } = require('node:worker_threads').workerData;
setInterval(() => {
  const bytes = process.memoryUsage.rss();
  if (limit[0] === 0 || bytes <= limit[0]) return;
  try {
    writeSync(2, words + Math.round(bytes / 1e6) + ' MB held\\n');
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, ${LOOK_MS});
`;

let limit: Float64Array | undefined;

/** `bytes`: resident memory of the whole process; 0 allows any. */
export function setMemoryLimit(bytes: number): void {
  if (limit === undefined) {
    if (bytes === 0) return;
    limit = new Float64Array(new SharedArrayBuffer(8));
    new Worker(thread, { eval: true, workerData: { limit, words: MEMORY_LIMIT_WORDS } }).unref();
  }
  limit[0] = bytes;
}
