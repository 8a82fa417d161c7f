/** Takes the files of a queue over, one after another, and stages their outputs in the shared folder; the batch that published them gives these their names. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Job, Queue, WaitingError, Worker } from 'bullmq';
import { AppError } from '../../contract/errors';
import type { Device, JobSpec } from '../../contract/job';
import type { ModelFiles } from '../../contract/worker-messages';
import { checkInputFile } from '../../fs/input-file';
import { discardStaged } from '../../fs/staging';
import type { JobRunner } from '../run-job';
import { withTimeLimit } from '../time-limit';
import { encodeError, QUEUE_PREFIX, queueJob, queueName, SHARES_KEY, stagedId, type QueueJob, type QueueResult } from './queue-job';
import { askRedis, connectionTo } from './redis';
import { SharedFolder } from './shared-folder';

const LOCK_MS = 15_000; // a worker that has not stirred for so long has lost its files to the others
const STALLED_MS = 5000; // between looks for such files
const MOST_STALLS = 5; // of a file, before it is taken for what ends the workers
const SWEEP_MS = 10_000;
const PATIENCE_MS = 3000; // with the queue, at the end
const PROGRESS_MS = 1000;
const TIME_LIMIT_SECONDS = 3 * 3600;

export interface QueueWorkerOptions {
  url: string;
  folder: string; // the shared one
  runner: JobRunner;
  files: number; // in hand at the same time
  session(): { device: Device; threads: number };
  /** The model of a job: `path` where it lies in the shared folder. */
  findModel(task: JobSpec['task'], id: string, path: string | undefined): Promise<ModelFiles>;
  hashModel(files: ModelFiles): Promise<string>;
  hear(event: WorkerEvent): void;
}

export type WorkerEvent =
  | { event: 'ready'; folder: string }
  | { event: 'done' | 'failed'; job: string; input: string; code?: string; message?: string }
  | { event: 'notice'; message: string };

interface Mine {
  job: string;
  spec: JobSpec;
  since: number;
}

export class QueueWorker {
  private readonly worker: Worker;
  private readonly queue: Queue; // to look jobs up
  private readonly abort = new AbortController();
  private readonly staged = new Map<string, Mine>(); // by id: staged by us, not known to be accepted
  private readonly sweeping: NodeJS.Timeout;
  private ending!: (error: AppError | null) => void;
  /** Resolves when this worker takes nothing more: null when it was told to, else why it cannot go on. */
  readonly ended = new Promise<AppError | null>((resolve) => (this.ending = resolve));

  private constructor(
    private readonly options: QueueWorkerOptions,
    private readonly folder: SharedFolder,
  ) {
    this.queue = new Queue(queueName(folder.id), { connection: connectionTo(options.url), prefix: QUEUE_PREFIX });
    this.queue.on('error', () => undefined); // the worker says it
    this.worker = new Worker(queueName(folder.id), (job, token) => this.take(job, token), {
      connection: connectionTo(options.url), prefix: QUEUE_PREFIX, concurrency: options.files,
      lockDuration: LOCK_MS, stalledInterval: STALLED_MS, maxStalledCount: MOST_STALLS, drainDelay: 1,
    });
    this.worker.on('error', (error) => options.hear({ event: 'notice', message: error.message }));
    this.worker.on('completed', (job) => {
      this.staged.delete(stagedId(job.id!, job.attemptsStarted));
      options.hear({ event: 'done', job: job.id!, input: String((job.data as Partial<QueueJob>).input) });
    });
    this.sweeping = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_MS);
  }

  /** Throws AppError QUEUE_UNREACHABLE, SHARED_FOLDER, FILE_NOT_FOUND. */
  static async open(options: QueueWorkerOptions): Promise<QueueWorker> {
    const folder = await openFolder(options);
    const worker = new QueueWorker(options, folder);
    await worker.worker.waitUntilReady();
    options.hear({ event: 'ready', folder: folder.root });
    return worker;
  }

  /** Gives back what is in hand, so that another worker begins with it at once. */
  async close(because: AppError | null = null): Promise<void> {
    if (this.abort.signal.aborted) return;
    this.abort.abort();
    clearInterval(this.sweeping);
    const asked = Promise.all([this.worker.close(), this.queue.close()]).catch(() => undefined);
    await Promise.race([asked, sleep(PATIENCE_MS)]);
    await Promise.race([Promise.allSettled([this.worker.disconnect(), this.queue.disconnect()]), sleep(PATIENCE_MS)]); // Redis may be away
    this.ending(because);
  }

  private async take(job: Job, token: string | undefined): Promise<QueueResult> {
    const id = job.id!;
    const staged = stagedId(id, job.attemptsStarted);
    try {
      const data = checked(job.data);
      const spec = await this.specOf(data, staged);
      const model = await this.modelFor(data);
      return { staged, ...(await this.run(job, data, spec, model)) };
    } catch (error) {
      if (this.abort.signal.aborted || (error instanceof AppError && ['SHARED_FOLDER', 'UNKNOWN_MODEL'].includes(error.code))) {
        await job.moveToWait(token);
        if (!this.abort.signal.aborted) void this.close(error as AppError); // it would fare no better with the next
        throw new WaitingError();
      }
      const report = encodeError(error);
      this.options.hear({ event: 'failed', job: id, input: String((job.data as Partial<QueueJob>)?.input), ...(JSON.parse(report.message) as { code: string; message: string }) });
      throw report;
    }
  }

  private async specOf(data: QueueJob, staged: string): Promise<JobSpec> {
    await this.folder.check();
    const { task, outName, formats, languageModel, top } = data;
    const [input, outDir] = [await this.folder.placeOf(data.input), await this.folder.placeOf(data.outDir)];
    return { id: staged, task, input, outDir, outName, formats, overwrite: false, ...(languageModel !== undefined && { languageModel }), ...(top !== undefined && { top }), ...this.options.session() };
  }

  /** Results must not depend on who computes them. */
  private async modelFor({ task, model }: QueueJob): Promise<ModelFiles> {
    const files = await this.options.findModel(task, model.id, model.path === undefined ? undefined : await this.folder.placeOf(model.path));
    if ((await this.options.hashModel(files)) === model.hash) return files;
    throw new AppError('UNKNOWN_MODEL', `The model ${model.id} of this machine is another one than the batch's`, 'Install the same version of Mamba Studio and of the model everywhere.');
  }

  private async run(job: Job, data: QueueJob, spec: JobSpec, model: ModelFiles) {
    await checkInputFile(spec.input);
    let told = 0;
    const onProgress = (progress: { stage: string; fraction: number }) => {
      if (performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      void job.updateProgress(progress).catch(() => undefined);
    };
    const work = { job: spec, model, ...(data.memoryLimit !== undefined && { memoryLimit: data.memoryLimit }) };
    const ahead = job.stalledCounter === 0 && data.memoryLimit === undefined;
    const result = await withTimeLimit(data.secondsPerFile ?? TIME_LIMIT_SECONDS, this.abort.signal, (signal, onStart) => this.options.runner.run(work, { signal, onProgress, onStart, ahead }))
      .catch(async (error: unknown) => {
        await discardStaged(spec.outDir, spec.id, spec);
        throw error;
      });
    this.staged.set(spec.id, { job: job.id!, spec, since: performance.now() });
    return result;
  }

  /** What was staged here while the job had gone to another worker, after a connection that was lost for long, is nobody's. */
  private async sweep(): Promise<void> {
    for (const [staged, { job: id, spec, since }] of this.staged) {
      if (performance.now() - since < LOCK_MS) continue;
      const job = await Job.fromId(this.queue, id);
      const accepted = (job?.returnvalue as QueueResult | null | undefined)?.staged === staged;
      if (!accepted) await discardStaged(spec.outDir, staged, spec);
      this.staged.delete(staged);
    }
  }
}

function checked(data: unknown): QueueJob {
  const parsed = queueJob.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new AppError('BAD_USAGE', `A job of the queue is none of Mamba Studio's: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`, 'Use the same version everywhere, and a Redis that only you use.');
}

/** A worker may be there before the first batch; where batches have been, a folder without their marker is another one. */
async function openFolder({ url, folder }: QueueWorkerOptions): Promise<SharedFolder> {
  const shares = await askRedis(url, async (client) => Object.values(await client.hgetall(SHARES_KEY)));
  return SharedFolder.open(folder, { make: shares.length === 0 }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'SHARED_FOLDER') throw error;
    throw new AppError('SHARED_FOLDER', `${error.message}. The batches of this Redis have ${shares.join(', ')}`, error.hint);
  });
}
