import { AppError } from '../contract/errors';
import type { Preparation, StagedResult, WorkerJob } from '../contract/worker-messages';
import { InferenceHost, type HostOptions } from './host';
import type { RunOptions } from './worker-process';

export interface PoolOptions extends HostOptions {
  /** How many children may work at once; asked again for every job. */
  lanes: () => number;
}

export interface PoolRunOptions extends RunOptions {
  /** False for a job whose input may have brought a child down: it is neither decoded nor run beside another job. */
  ahead?: boolean;
}

interface Waiting {
  work: WorkerJob;
  options: PoolRunOptions;
  resolve: (result: StagedResult) => void;
  reject: (error: unknown) => void;
}

interface Lane {
  host: InferenceHost;
  busy: boolean; // with more than writing
  jobs: number; // with those that are being written
  begun: boolean; // the child has been told of the job that makes it busy
  next: Waiting | undefined; // its input is being decoded there
}

/**
 * Several children, one job each, in order of submission. While a child works, the job that will follow is known to it and decoded ahead, and begins while the
 * outputs of the one before are written; a child that has nothing to do takes a job that waits for another one.
 */
export class HostPool {
  private readonly lanes: Lane[] = [];
  private queue: Waiting[] = [];

  constructor(private readonly options: PoolOptions) {}

  /** Process ids of the children. */
  get pids(): number[] {
    return this.lanes.flatMap(({ host }) => host.pid ?? []);
  }

  run(work: WorkerJob, options: PoolRunOptions = {}): Promise<StagedResult> {
    return new Promise<StagedResult>((resolve, reject) => {
      const waiting: Waiting = { work, options, resolve, reject };
      const giveUp = () => {
        if (this.withdraw(waiting)) reject(new AppError('CANCELLED', 'Cancelled'));
      };
      this.queue.push(waiting);
      if (options.signal?.aborted) return giveUp();
      options.signal?.addEventListener('abort', giveUp, { once: true });
      this.dispatch();
    });
  }

  /** Starts the children, and opens in each the model of jobs that are about to come. */
  prepare(preparation: Preparation): void {
    for (const { host } of this.open()) host.prepare(preparation);
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.map(({ host }) => host.close()));
  }

  private dispatch(): void {
    const open = this.open();
    for (const lane of open) if (!lane.busy) this.start(lane);
    for (const lane of open) {
      if (!lane.busy || lane.next !== undefined) continue;
      lane.next = this.queue.shift();
      announce(lane);
    }
  }

  /** The lanes that may work now. */
  private open(): Lane[] {
    const count = Math.max(1, this.options.lanes());
    while (this.lanes.length < count) this.lanes.push({ host: new InferenceHost(this.options), busy: false, jobs: 0, begun: false, next: undefined });
    return this.lanes.slice(0, count);
  }

  private start(lane: Lane): void {
    const waiting = this.nextFor(lane);
    if (waiting === undefined) return;
    const { work, options } = waiting;
    lane.busy = true;
    lane.jobs++;
    const onStart = () => {
      lane.begun = true;
      options.onStart?.();
      announce(lane);
    };
    let held = true;
    const free = () => {
      if (held) held = lane.busy = lane.begun = false;
      this.dispatch();
    };
    void lane.host.run(work, { ...options, onStart, ...(!isAlone(waiting) && { onFree: free }) }).then(waiting.resolve, waiting.reject).finally(() => {
      lane.jobs--;
      free();
    });
  }

  private nextFor(lane: Lane): Waiting | undefined {
    const from = lane.next ? lane : this.queue.length > 0 ? undefined : this.lanes.find(({ next }) => next !== undefined);
    const next = from ? from.next : this.queue[0];
    if (next === undefined || (isAlone(next) && lane.jobs > 0)) return undefined;
    if (from) from.next = undefined;
    else this.queue.shift();
    return next;
  }

  /** Whether it was still waiting. */
  private withdraw(waiting: Waiting): boolean {
    const lane = this.lanes.find(({ next }) => next === waiting);
    if (lane) lane.next = undefined;
    const before = this.queue.length;
    this.queue = this.queue.filter((other) => other !== waiting);
    return lane !== undefined || this.queue.length < before;
  }
}

/** After the job at work, so that the child meets them in order. */
function announce({ host, begun, next }: Lane): void {
  if (begun && next && !isAlone(next)) host.ahead(next.work);
}

function isAlone({ options }: Waiting): boolean {
  return options.ahead === false;
}
