import { AppError } from '../contract/errors';
import type { Preparation, StagedResult, WorkerJob } from '../contract/worker-messages';
import type { ServiceName, ServiceRequest, ServiceResult } from '../contract/worker-services';
import type { WorkerChannel } from './worker-channel';
import { WorkerProcess, type RunOptions } from './worker-process';

export interface HostOptions {
  spawn: () => WorkerChannel;
  /** What the user should know once, such as a missing native addon. */
  onNotice?: (message: string) => void;
  /** After so long without a job the child goes, and its memory with it. */
  idleMs?: number;
  /** How long a cancelled or dismissed child may take to obey before it is killed. */
  patienceMs?: number;
}

/**
 * Keeps one inference child: starts it for the first job, hands it one job at a time in order of submission, replaces it after a crash. Only the
 * job that ran when the child died fails (WORKER_CRASHED); the next one gets a new child. Behind a job that was given `onFree`, the next one begins when
 * it needs no model any more; a crash then fails both.
 */
export class InferenceHost {
  private worker: WorkerProcess | undefined;
  private queue: Promise<unknown> = Promise.resolve(); // until the child can take a job
  private ended: Promise<unknown> = Promise.resolve(); // until all that were submitted have ended
  private atWork = 0;
  private idle: NodeJS.Timeout | undefined;
  private closing = false;
  private readonly said = new Set<string>();

  constructor(private readonly options: HostOptions) {}

  /** Process id of the child, while there is one. */
  get pid(): number | undefined {
    return this.worker?.alive ? this.worker.pid : undefined;
  }

  run(work: WorkerJob, options: RunOptions = {}): Promise<StagedResult> {
    const { onFree } = options;
    return this.enqueue((worker, free) => worker.run(work, { ...options, onFree: onFree && (() => (free(), onFree())) }), options.signal);
  }

  /** A service of the child (main/contract/worker-services.ts), in the same queue as the jobs. */
  serve<Name extends ServiceName>(request: ServiceRequest<Name>, options: RunOptions = {}): Promise<ServiceResult<Name>> {
    return this.enqueue((worker) => worker.serve(request, options), options.signal);
  }

  /** Starts the child, if there is none, and opens the model of jobs that are about to come, unless it has work. */
  prepare(preparation: Preparation): void {
    if (this.closing || this.atWork > 0) return;
    this.start().prepare(preparation);
    this.rest();
  }

  /** The job that is likely to follow the one at work: its input may be decoded meanwhile. */
  ahead({ job }: WorkerJob): void {
    if (this.worker?.alive) this.worker.ahead(job.input);
  }

  /** Takes no more jobs, lets those submitted end, and ends the child. */
  async close(): Promise<void> {
    this.closing = true;
    await this.ended;
    await this.dismiss();
  }

  private enqueue<Result>(task: (worker: WorkerProcess, free: () => void) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    if (this.closing) return Promise.reject(new AppError('CANCELLED', 'The application is closing'));
    let free = () => undefined as void;
    const freed = new Promise<void>((resolve) => (free = resolve));
    const result = this.queue.then(() => this.runNow((worker) => task(worker, free), signal));
    const end = result.catch(() => undefined);
    this.queue = Promise.race([freed, end]);
    this.ended = Promise.all([this.ended, end]);
    return result;
  }

  private async runNow<Result>(task: (worker: WorkerProcess) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Cancelled');
    clearTimeout(this.idle);
    this.atWork++;
    try {
      return await task(this.start());
    } finally {
      if (--this.atWork === 0) this.rest();
    }
  }

  private start(): WorkerProcess {
    if (!this.worker?.alive) this.worker = new WorkerProcess(this.options.spawn(), this.options.patienceMs ?? 600, (message) => this.notice(message));
    return this.worker;
  }

  /** From now on the child has nothing to do. */
  private rest(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.dismiss(), this.options.idleMs ?? 60_000);
    this.idle.unref();
  }

  private async dismiss(): Promise<void> {
    clearTimeout(this.idle);
    const worker = this.worker;
    this.worker = undefined;
    if (worker?.alive) await worker.shutdown();
  }

  private notice(message: string): void {
    if (this.said.has(message)) return;
    this.said.add(message);
    this.options.onNotice?.(message);
  }
}
