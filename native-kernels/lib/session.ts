import { availableParallelism } from 'node:os';
import type { Addon, AddonResult, AddonSession } from './addon';
import type { RunOptions, RunTime, Session, SessionOptions, Tensor, TensorInfo } from './types';

export function openSession(addon: Addon, library: string, model: Uint8Array | string, options: SessionOptions = {}): Session {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) throw new RangeError(`threads must be a whole number from 1 to 1024, got ${threads}`);
  if (typeof model !== 'string' && !(model instanceof Uint8Array)) throw new TypeError('the model must be a Uint8Array or a path');
  const { optimization = 'all', shapes = 'few' } = options;
  return new NativeSession(new addon.Session(library, model, threads, optimization === 'all', shapes === 'few', shapes !== 'large'));
}

class NativeSession implements Session {
  readonly inputs: TensorInfo[];
  readonly outputs: TensorInfo[];
  readonly inputNames: string[];
  readonly outputNames: string[];

  constructor(private readonly native: AddonSession) {
    this.inputs = native.inputs;
    this.outputs = native.outputs;
    this.inputNames = this.inputs.map(({ name }) => name);
    this.outputNames = this.outputs.map(({ name }) => name);
  }

  get calls(): number {
    return this.native.calls;
  }

  async run(feeds: Record<string, Tensor>, options?: RunOptions): Promise<Record<string, Tensor>> {
    return (await this.start(feeds, false, options)).outputs;
  }

  async time(feeds: Record<string, Tensor>, options?: RunOptions): Promise<RunTime> {
    const { wallMs, threadMs } = await this.start(feeds, true, options);
    return { wallMs, threadMs };
  }

  dispose(): void {
    this.native.dispose();
  }

  private async start(feeds: Record<string, Tensor>, onlyTimes: boolean, { signal, outputs = this.outputNames }: RunOptions = {}): Promise<AddonResult> {
    if (signal?.aborted) throw aborted();
    const { promise, terminate } = this.native.run(feeds, outputs, onlyTimes);
    signal?.addEventListener('abort', terminate);
    running.add(terminate);
    try {
      return await promise;
    } catch (error) {
      throw signal?.aborted ? aborted() : error;
    } finally {
      running.delete(terminate);
      signal?.removeEventListener('abort', terminate);
    }
  }
}

/** Ends the runs in flight; the process would wait for them at its exit. */
const running = new Set<() => void>();
process.on('exit', () => running.forEach((terminate) => terminate()));

const aborted = () => new DOMException('the run was aborted', 'AbortError');
