/** Runs the files of a batch on the machines of a queue. To the batch it is a runner like a child of its own: what it gives back lies staged under the job's id. */
import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Job, Queue, QueueEvents } from 'bullmq';
import { AppError } from '../../contract/errors';
import type { JobSpec } from '../../contract/job';
import { stagedResult, type ModelFiles, type StagedResult, type WorkerJob } from '../../contract/worker-messages';
import { discardStaged } from '../../fs/staging';
import { outputsOf } from '../commit';
import type { JobRunner } from '../run-job';
import { decodeError, QUEUE_PREFIX, queueName, queueProgress, queueResult, SHARES_KEY, stagedId, type QueueJob, type QueueResult } from './queue-job';
import { askRedis, connectionTo } from './redis';
import type { SharedFolder } from './shared-folder';

const LOOK_MS = 5000; // between looks at a job of which no news comes: Redis may have been away and news with it
const VISIBLE_MS = 5000; // in which what another machine has written must be seen here
const KEPT = { age: 7 * 24 * 3600 }; // seconds: a batch may go on much later

export interface QueueRunnerOptions {
  url: string;
  shared: SharedFolder;
  /** Of the machine, to be found by workers that were given another folder. */
  host: string;
  /** What a model's files hash to. */
  hashModel(files: ModelFiles): Promise<string>;
  secondsPerFile?: number | undefined;
  onNotice(message: string): void;
}

type Run = Parameters<JobRunner['run']>[1];

export class QueueRunner implements JobRunner {
  private readonly news = new Map<string, () => void>(); // job -> ends its wait
  private readonly progress = new Map<string, Run['onProgress']>();
  private away = false;

  private constructor(
    private readonly options: QueueRunnerOptions,
    private readonly queue: Queue,
    private readonly events: QueueEvents,
  ) {
    queue.on('error', (error) => this.lost(error));
    events.on('error', (error) => this.lost(error));
    events.on('completed', ({ jobId }) => this.news.get(jobId)?.());
    events.on('failed', ({ jobId }) => this.news.get(jobId)?.());
    events.on('progress', ({ jobId, data }) => {
      const parsed = queueProgress.safeParse(data);
      if (parsed.success) this.progress.get(jobId)?.(parsed.data);
    });
  }

  /** Throws AppError QUEUE_UNREACHABLE. */
  static async open(options: QueueRunnerOptions): Promise<QueueRunner> {
    const { url, shared, host } = options;
    await askRedis(url, (client) => client.hset(SHARES_KEY, { [shared.id]: `${host}:${shared.root}` }));
    const connection = connectionTo(url);
    const queue = new Queue(queueName(shared.id), { connection, prefix: QUEUE_PREFIX, defaultJobOptions: { attempts: 1, removeOnComplete: KEPT, removeOnFail: KEPT } });
    const events = new QueueEvents(queueName(shared.id), { connection, prefix: QUEUE_PREFIX });
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
    return new QueueRunner(options, queue, events);
  }

  /** `job.id` decides which job of the queue this is: one that an earlier process has published is taken up where it is. */
  async run(work: WorkerJob, { signal, onProgress }: Run): Promise<StagedResult> {
    const { job } = work;
    const ended = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'Cancelled')), { once: true }));
    ended.catch(() => undefined);
    this.progress.set(job.id, onProgress);
    try {
      return await Promise.race([this.follow(job, await this.describe(work), signal), ended]);
    } finally {
      this.progress.delete(job.id);
      this.news.delete(job.id);
      if (signal.aborted) void this.withdraw(job.id);
    }
  }

  async close(): Promise<void> {
    const done = Promise.all([this.queue.close(), this.events.close()]).catch(() => undefined);
    await Promise.race([done, sleep(1000, undefined, { ref: false })]); // Redis may be away
    await Promise.all([this.queue.disconnect(), this.events.disconnect()]).catch(() => undefined);
  }

  private async describe({ job, model, memoryLimit }: WorkerJob): Promise<QueueJob> {
    const { shared, hashModel, secondsPerFile } = this.options;
    const path = await shared.nameOf(model.weights).catch(() => undefined);
    return {
      version: 1,
      task: job.task,
      input: await shared.nameOf(job.input),
      outDir: await shared.nameOf(job.outDir),
      outName: job.outName,
      formats: job.formats,
      ...(job.languageModel !== undefined && { languageModel: job.languageModel }),
      ...(job.top !== undefined && { top: job.top }),
      model: { id: model.id, hash: await hashModel(model), ...(path !== undefined && { path }) },
      ...(secondsPerFile !== undefined && { secondsPerFile }),
      ...(memoryLimit !== undefined && { memoryLimit }),
    };
  }

  private async follow(job: JobSpec, data: QueueJob, signal: AbortSignal): Promise<StagedResult> {
    for (;;) {
      const news = new Promise<void>((resolve) => this.news.set(job.id, resolve));
      const published = (await Job.fromId(this.queue, job.id)) ?? (await this.queue.add(data.task, data, { jobId: job.id }));
      const state = await published.getState();
      if (signal.aborted) throw new AppError('CANCELLED', 'Cancelled');
      if (state === 'failed') {
        await this.forget(published, job, undefined);
        throw decodeError(published.failedReason);
      }
      if (state === 'completed') {
        const result = queueResult.safeParse(published.returnvalue);
        const whole = result.success && (await gather(job, result.data));
        await this.forget(published, job, result.data?.staged);
        if (whole) return stagedResult.parse(result.data);
        continue; // its outputs are gone: once more
      }
      await Promise.race([news, sleep(LOOK_MS, undefined, { ref: false })]);
    }
  }

  /** Removes the job from the queue, and what its other attempts left. */
  private async forget(published: Job, job: JobSpec, kept: string | undefined): Promise<void> {
    await published.remove();
    for (let attempt = 1; attempt <= published.attemptsStarted; attempt++) {
      const staged = stagedId(job.id, attempt);
      if (staged !== kept) await discardStaged(job.outDir, staged, job);
    }
  }

  /** Nobody needs to begin with it any more; one that is being worked on ends, and its result waits for the batch to go on. */
  private async withdraw(id: string): Promise<void> {
    const published = await Job.fromId(this.queue, id).catch(() => undefined);
    await published?.remove().catch(() => undefined);
  }

  private lost(error: Error): void {
    if (this.away) return;
    this.away = true;
    this.options.onNotice(`The queue is out of reach (${error.message}); the batch waits for it`);
    void this.queue.getJobCountByTypes('active').then(() => (this.away = false), () => undefined); // answered when it is back
  }
}

/** Gives the outputs of an attempt the names that the batch expects. False where they are gone. */
async function gather(job: JobSpec, { staged }: QueueResult): Promise<boolean> {
  const until = performance.now() + VISIBLE_MS;
  const move = async (from: string, to: string): Promise<boolean> => {
    for (;;) {
      try {
        await rename(from, to);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        if (performance.now() > until) return false;
        await sleep(100);
      }
    }
  };
  const theirs = outputsOf({ ...job, id: staged });
  return (await Promise.all(outputsOf(job).map((ours, i) => move(theirs[i]!.staged, ours.staged)))).every(Boolean);
}
