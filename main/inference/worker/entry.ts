/** The inference child: takes jobs one at a time from the process that forked it, the next one while it writes the last; ends when that process does. */
import type { FromWorker, ToWorker } from '../../contract/worker-messages';
import { reportOf } from './error-report';
import { runJob, type JobHooks } from './job-runner';
import { LiveGrowth } from './live-growth';
import { decodeAhead } from './media/inputs';
import { linkToParent } from './parent-link';
import { progressFilter } from './progress-filter';
import { runService } from './services/run-service';
import { ModelLoader } from './sessions/model-loader';

const CLEAN_UP_MS = 500;

/** `input`: the file that an unexplained system error concerns. */
const jobs = new Map<string, { input: string; abort: AbortController; live: LiveGrowth; ended: Promise<void> }>();
const link = linkToParent(receive, () => void leave());
const loader = new ModelLoader((message) => link.send({ type: 'notice', message }));

function receive(message: ToWorker): void {
  if (message.type === 'shutdown') void leave();
  else if (message.type === 'run') start(message.job, async (hooks) => ({ type: 'staged', job: message.job.id, ...(await runJob(message, loader, message.partial ? hooks : { ...hooks, partial: undefined })) }), message.newsMs);
  else if (message.type === 'prepare') loader.load(message.model, message).catch(() => undefined); // the job that needs it will say what is wrong
  else if (message.type === 'ahead') decodeAhead(message.input);
  else if (message.type === 'serve') start({ id: message.job, input: message.service }, async ({ signal, progress }) => ({ type: 'served', job: message.job, result: await runService(message, loader, signal, progress) }));
  else if (message.type === 'grown') jobs.get(message.job)?.live.set({ samples: message.samples, ended: message.ended });
  else jobs.get(message.job)?.abort.abort();
}

function start(job: { id: string; input: string }, work: (hooks: JobHooks) => Promise<FromWorker>, newsMs?: number): void {
  const abort = new AbortController();
  const live = new LiveGrowth(abort.signal);
  const progress = progressFilter((news) => link.send({ type: 'progress', job: job.id, ...news }), newsMs);
  let free = () => {
    free = () => undefined; // once
    link.send({ type: 'free', job: job.id });
  };
  const ended = work({ signal: abort.signal, progress, live, partial: (news) => link.send({ type: 'partial', job: job.id, ...news }), free: () => free() })
    .then((answer) => link.send(answer))
    .catch((error: unknown) => link.send({ type: 'failed', job: job.id, error: reportOf(error, job.input) }))
    .finally(() => jobs.delete(job.id));
  jobs.set(job.id, { input: job.input, abort, live, ended });
}

/** Stops what is in hand so that it clears away what it staged, then exits, native threads or not. */
async function leave(): Promise<void> {
  for (const { abort } of jobs.values()) abort.abort();
  await Promise.race([Promise.all([...jobs.values()].map(({ ended }) => ended)), new Promise((resolve) => setTimeout(resolve, CLEAN_UP_MS))]);
  process.exit(0);
}

/** A fault outside the job's own promise, in a library's callback for example: name it where there is but one job that it can be of, then end, for the state is unknown. */
process.on('uncaughtException', (error) => {
  const [only, second] = jobs;
  void (only && !second ? link.flush({ type: 'failed', job: only[0], error: reportOf(error, only[1].input) }) : Promise.resolve()).finally(() => process.exit(1));
});

// Ctrl-C reaches the whole process group; the parent decides what it means.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
