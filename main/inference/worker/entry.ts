/** The inference child: takes jobs one at a time from the process that forked it, ends when that process does. */
import type { FromWorker, ToWorker } from '../../contract/worker-messages';
import { reportOf } from './error-report';
import { runJob } from './job-runner';
import { linkToParent } from './parent-link';
import { progressFilter } from './progress-filter';
import { runService } from './services/run-service';
import { ModelLoader } from './sessions/model-loader';

const CLEAN_UP_MS = 500;

/** `input`: the file that an unexplained system error concerns. */
let current: { job: { id: string; input: string }; abort: AbortController; ended: Promise<void> } | undefined;
const link = linkToParent(receive, () => void leave());
const loader = new ModelLoader((message) => link.send({ type: 'notice', message }));

function receive(message: ToWorker): void {
  if (message.type === 'shutdown') void leave();
  else if (message.type === 'run') start(message.job, async (...how) => ({ type: 'staged', job: message.job.id, ...(await runJob(message, loader, ...how)) }));
  else if (message.type === 'serve') start({ id: message.job, input: message.service }, async (...how) => ({ type: 'served', job: message.job, result: await runService(message, loader, ...how) }));
  else if (message.job === current?.job.id) current.abort.abort();
}

function start(job: { id: string; input: string }, work: (signal: AbortSignal, progress: (stage: string, fraction: number) => void) => Promise<FromWorker>): void {
  const abort = new AbortController();
  const progress = progressFilter((news) => link.send({ type: 'progress', job: job.id, ...news }));
  const ended = work(abort.signal, progress)
    .then((answer) => link.send(answer))
    .catch((error: unknown) => link.send({ type: 'failed', job: job.id, error: reportOf(error, job.input) }))
    .finally(() => (current = undefined));
  current = { job, abort, ended };
}

/** Stops the job in hand so that it clears away what it staged, then exits, native threads or not. */
async function leave(): Promise<void> {
  current?.abort.abort();
  await Promise.race([current?.ended, new Promise((resolve) => setTimeout(resolve, CLEAN_UP_MS))]);
  process.exit(0);
}

/** A fault outside the job's own promise, in a library's callback for example: name it, then end, for the state is unknown. */
process.on('uncaughtException', (error) => {
  const { job } = current ?? {};
  void (job ? link.flush({ type: 'failed', job: job.id, error: reportOf(error, job.input) }) : Promise.resolve()).finally(() => process.exit(1));
});

// Ctrl-C reaches the whole process group; the parent decides what it means.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
