/** The items of a batch at work: several at once, each from its turn to its end. */
import type { BatchItem } from '../../contract/batch';
import { AppError } from '../../contract/errors';
import { secondsSince } from '../run-job';
import { reasonToPause, reportOf } from './batch-faults';
import type { BatchStore } from './batch-store';
import type { BatchEnvironment } from './environment';
import { doneStillHolds } from './item-check';
import { viewItem, viewItems, type InHand } from './item-view';
import type { ItemRecord } from './journal';
import { divideThreads } from './lanes';
import { runItem, writtenBefore, type ItemSetup } from './run-item';
import type { PlanEntry } from './plan';
import { kindOf, Speed, weightOf } from './speed';
import { Throttle } from './throttle';
import { Twins } from './twins';

const NEWS_MS = 250;

/** How an item is run, by what it is for. */
export type Setups = (entry: PlanEntry) => ItemSetup;

interface Hooks {
  /** An item has ended. */
  onEnd(): void;
  /** The runner takes nothing more: the program is about to end. */
  onClosing(): void;
}

export class ItemWork {
  readonly twins: Twins;
  private readonly taken = new Set<number>(); // nobody else may begin with them
  private readonly inHand = new Map<number, InHand>(); // of those the ones that run
  private readonly speed = new Speed();
  private readonly news = new Throttle(NEWS_MS, () => {
    for (const item of this.inHand.values()) this.tell({ ...item, state: 'running', seconds: null, outputs: [], error: null });
  });
  private cursor = -1; // the item begun last

  constructor(
    private readonly store: BatchStore,
    private readonly env: BatchEnvironment,
    private readonly hooks: Hooks,
  ) {
    this.twins = new Twins(store);
  }

  /** Whether some item is to run or to be looked at again. */
  get due(): boolean {
    return this.next() !== undefined;
  }

  progress() {
    const { remaining, ...counts } = this.store.items.progress(this.inHand.values());
    return { ...counts, secondsLeft: this.speed.secondsFor(remaining) };
  }

  view(indices: readonly number[]): Promise<BatchItem[]> {
    return viewItems(this.store, indices, this.inHand);
  }

  /** Until nothing is due. The first fault that concerns the whole batch ends the work on all, and is thrown. */
  async run(setups: Setups, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    this.cursor = -1;
    this.speed.begin();
    const run = () => this.runOneByOne(setups, both).catch((error: unknown) => {
      stop.abort();
      throw error;
    });
    const ends = await Promise.allSettled(Array.from({ length: this.env.filesAtOnce ?? divideThreads(this.env.settings.get()).files }, run));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** No more news. */
  end(): void {
    this.news.end();
  }

  private async runOneByOne(setups: Setups, signal: AbortSignal): Promise<void> {
    for (let index = this.next(); index !== undefined && !signal.aborted; index = this.next()) {
      this.cursor = index;
      this.taken.add(index);
      try {
        if (this.store.items.at(index).state === 'done' && !(await this.check(index, setups))) await this.store.append({ event: 'waiting', item: index });
        if (this.store.items.at(index).state === 'waiting') await this.runOne(index, setups, signal);
      } finally {
        this.taken.delete(index);
      }
      this.hooks.onEnd();
    }
  }

  /** The next that is to run or to be looked at again; from the front when the end is reached, for some may have been retried. */
  private next(): number | undefined {
    const { items } = this.store;
    for (let step = 1; step <= items.length; step++) {
      const candidate = (this.cursor + step) % items.length;
      const { state, checked, held } = items.at(candidate);
      if (!held && !this.taken.has(candidate) && (state === 'waiting' || (state === 'done' && !checked))) return candidate;
    }
    return undefined;
  }

  private async check(index: number, setups: Setups): Promise<boolean> {
    const entry = await this.store.entry(index);
    const holds = await doneStillHolds(entry, await this.store.last(index), setups(entry).setupHash);
    this.store.items.at(index).checked = holds;
    return holds;
  }

  private async runOne(index: number, setups: Setups, signal: AbortSignal): Promise<void> {
    const { items } = this.store;
    const started = performance.now();
    const [entry, last] = [await this.store.entry(index), await this.store.last(index)];
    const setup = setups(entry);
    let record = last;
    const append = async (next: ItemRecord) => {
      await setup.append(next);
      record = next;
    };
    const onProgress = (progress: Pick<InHand, 'stage' | 'fraction'>) => {
      this.inHand.set(index, { index, input: entry.input, task: setup.task.task, ...progress });
      this.news.call();
    };
    items.set(index, 'running');
    onProgress({ stage: '', fraction: 0 });
    try {
      const end = await runItem({ ...setup, append }, { item: index, entry, last, signal, onProgress });
      items.at(index).checked = true;
      if (end === 'done') this.speed.add(kindOf(entry), weightOf(entry.bytes), secondsSince(started));
    } catch (error) {
      if (items.at(index).state === 'running' || items.at(index).state === 'waiting') items.set(index, 'waiting');
      const report = reportOf(error);
      if (signal.aborted) return;
      if (report.code === 'CANCELLED') return this.hooks.onClosing();
      const reason = await reasonToPause(report, this.store.spec, entry.input);
      if (reason?.code === 'FILE_NOT_FOUND' && this.store.spec.watch) {
        items.at(index).held = true; // until its folder is back
        return;
      }
      if (reason) throw new AppError(reason.code, reason.message, reason.hint);
      await append({ event: 'failed', item: index, ours: writtenBefore(record), error: report, seconds: secondsSince(started) });
    } finally {
      this.inHand.delete(index);
      this.twins.release(index);
      this.tell(viewItem(this.store.spec, index, entry, items.at(index).state, record));
    }
  }

  private tell(item: BatchItem): void {
    this.env.publish('batchItem', { batch: this.store.id, item });
  }
}
