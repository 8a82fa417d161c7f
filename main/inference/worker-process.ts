import { randomUUID } from 'node:crypto';
import { AppError } from '../contract/errors';
import type { JobProgress } from '../contract/job';
import type { TranscriptNews } from '../contract/transcript';
import { fromWorker, type FromWorker, type Growth, type Preparation, type StagedResult, type ToWorker, type WorkerJob } from '../contract/worker-messages';
import { services, type ServiceName, type ServiceRequest, type ServiceResult } from '../contract/worker-services';
import { exitError } from './exit-report';
import type { WorkerChannel, WorkerExit } from './worker-channel';

export interface RunOptions {
  signal?: AbortSignal;
  onProgress?: (progress: JobProgress) => void;
  /** Least time between two reports of progress; without, each new stage is reported at once. */
  newsMs?: number;
  /** Its turn has come: called once, when the child is told. */
  onStart?: () => void;
  /** It needs no model any more: the child may be given another job while it ends. */
  onFree?: (() => void) | undefined;
  /** transcribe: what is known so far, at most ten times a second. */
  onPartial?: (news: TranscriptNews) => void;
  /** live: tells `listener` how far the recording has come, at once and whenever it grows; gives the function that ends that. */
  growth?: (listener: (growth: Growth) => void) => () => void;
}

/** How a job or a request for a service ends well. */
type Answer = Extract<FromWorker, { type: 'staged' | 'served' }>;

interface RunningJob {
  resolve(answer: Answer): void;
  reject(error: AppError): void;
  onProgress: (progress: JobProgress) => void;
  onPartial: (news: TranscriptNews) => void;
  onFree: () => void;
}

/** One child from start to exit: one job at a time, and those that are being written. */
export class WorkerProcess {
  readonly exited: Promise<WorkerExit>;
  private ended: WorkerExit | undefined;
  private readonly jobs = new Map<string, RunningJob>();

  /** `patienceMs`: how long the child may take to obey before it is killed. */
  constructor(
    private readonly channel: WorkerChannel,
    private readonly patienceMs: number,
    private readonly onNotice: (message: string) => void,
  ) {
    channel.onMessage((message) => this.receive(message));
    this.exited = new Promise((resolve) => channel.onExit((exit) => {
      this.ended = exit;
      for (const job of this.jobs.values()) job.reject(exitError(exit));
      resolve(exit);
    }));
  }

  get pid(): number | undefined {
    return this.channel.pid;
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  /** Rejects with an AppError; CANCELLED within `patienceMs` of the signal, by killing the child if it does not answer. */
  async run(work: WorkerJob, options: RunOptions): Promise<StagedResult> {
    const answer = await this.ask(work.job.id, { type: 'run', ...work, ...(options.onPartial && { partial: true }), ...(options.newsMs !== undefined && { newsMs: options.newsMs }) }, options);
    if (answer.type !== 'staged') throw unfit('a job was answered as a service');
    const { summary, device, sha256, inference } = answer;
    return { summary, device, sha256, inference };
  }

  /** Rejects as `run` does. */
  async serve<Name extends ServiceName>({ service, params }: ServiceRequest<Name>, options: RunOptions): Promise<ServiceResult<Name>> {
    const id = randomUUID();
    const answer = await this.ask(id, { type: 'serve', job: id, service, params }, options);
    const result = services[service].result.safeParse(answer.type === 'served' ? answer.result : undefined);
    if (!result.success) throw unfit(result.error.message);
    return result.data as ServiceResult<Name>;
  }

  private async ask(id: string, message: ToWorker, { signal, onProgress = () => undefined, onPartial = () => undefined, onFree = () => undefined, onStart, growth }: RunOptions): Promise<Answer> {
    let impatience: NodeJS.Timeout | undefined;
    let stopGrowth: (() => void) | undefined;
    const cancel = () => {
      this.channel.send({ type: 'cancel', job: id });
      impatience = setTimeout(() => this.channel.kill(), this.patienceMs);
    };
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.jobs.set(id, { resolve, reject, onProgress, onPartial, onFree });
        if (this.ended) return reject(exitError(this.ended));
        signal?.addEventListener('abort', cancel, { once: true });
        this.channel.send(message);
        stopGrowth = growth?.((news) => this.channel.send({ type: 'grown', job: id, ...news }));
        onStart?.();
      });
    } catch (error) {
      throw signal?.aborted ? new AppError('CANCELLED', 'Cancelled') : error;
    } finally {
      clearTimeout(impatience);
      stopGrowth?.();
      signal?.removeEventListener('abort', cancel);
      this.jobs.delete(id);
    }
  }

  /** Has the model opened that jobs will ask for. */
  prepare(preparation: Preparation): void {
    this.channel.send({ type: 'prepare', ...preparation });
  }

  /** Tells of an input that is likely to come next. */
  ahead(input: string): void {
    this.channel.send({ type: 'ahead', input });
  }

  /** Asks the child to go and waits until it has; kills it if it stays. */
  async shutdown(): Promise<void> {
    this.channel.send({ type: 'shutdown' });
    const impatience = setTimeout(() => this.channel.kill(), this.patienceMs);
    await this.exited;
    clearTimeout(impatience);
  }

  private receive(raw: unknown): void {
    const parsed = fromWorker.safeParse(raw);
    if (!parsed.success) {
      for (const job of this.jobs.values()) job.reject(unfit(parsed.error.message));
      return;
    }
    const message: FromWorker = parsed.data;
    if (message.type === 'notice') return this.onNotice(message.message);
    const job = this.jobs.get(message.job);
    if (job === undefined) return; // late news of a job that has ended
    if (message.type === 'progress') job.onProgress({ stage: message.stage, fraction: message.fraction });
    else if (message.type === 'partial') job.onPartial({ from: message.from, segments: message.segments });
    else if (message.type === 'free') job.onFree();
    else if (message.type === 'staged' || message.type === 'served') job.resolve(message);
    else job.reject(new AppError(message.error.code, message.error.message, message.error.hint));
  }
}

function unfit(reason: string): AppError {
  return new AppError('INTERNAL', `The inference process sent a message that does not fit the protocol: ${reason}`);
}
