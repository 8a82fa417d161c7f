/** One batch at work: scan, then file after file, until it is done, paused or cancelled. */
import type { BatchInfo, BatchItem } from '../../contract/batch';
import { AppError, type ErrorReport } from '../../contract/errors';
import type { InstalledModel } from '../../library/bundled';
import { secondsSince } from '../run-job';
import { reasonToPause, reportOf } from './batch-faults';
import type { BatchStore } from './batch-store';
import type { BatchEnvironment } from './environment';
import { discardOrphans, summarize } from './ending';
import { doneStillHolds } from './item-check';
import { hashSetup, lastingId } from './item-key';
import { viewItems, type InHand } from './item-view';
import { divideThreads } from './lanes';
import { makePlan, noFiles, plannerFor } from './prepare';
import { runItem, writtenBefore, type ItemSetup } from './run-item';
import { kindOf, Speed, weightOf } from './speed';
import { Lock } from './lock';
import { localDate } from './template';
import { Throttle } from './throttle';
import { Twins } from './twins';
import { Watching } from './watching';

const NEWS_MS = 250;
const AT_WORK: readonly BatchInfo['state'][] = ['scanning', 'running', 'watching'];

export class Batch {
  private readonly speed = new Speed();
  private readonly news = new Throttle(NEWS_MS, () => this.env.publish('batch', this.info()));
  private readonly itemNews = new Throttle(NEWS_MS, () => void this.publishItems([...this.inHand.keys()]));
  private abort = new AbortController();
  private working: Promise<void> | undefined;
  private readonly twins: Twins;
  private readonly inHand = new Map<number, InHand>();
  private found = 0; // while scanning
  private cursor = -1; // the item begun last
  private watching: Watching | undefined;
  private finishing = false; // watching is to end

  constructor(
    private readonly store: BatchStore,
    private readonly env: BatchEnvironment,
  ) {
    this.twins = new Twins(store);
  }

  info(): BatchInfo {
    const { id, spec, created, state, because } = this.store;
    const { remaining, ...counts } = this.store.items.progress(this.inHand.values());
    const etaSeconds = state === 'running' ? this.speed.secondsFor(remaining) : null;
    return { id, spec, state, pausedBecause: because, created, ...counts, total: Math.max(counts.total, this.found), etaSeconds };
  }

  async items(offset: number, limit: number, states?: BatchItem['state'][]): Promise<{ total: number; items: BatchItem[] }> {
    const indices = this.store.items.indices(states);
    return { total: indices.length, items: await viewItems(this.store, indices.slice(offset, offset + limit), this.inHand) };
  }

  /** Paths of what lists every item, once it is done. */
  get summaryFiles(): readonly string[] {
    return this.store.summaryFiles;
  }

  /** Begins or goes on. `rescan`: files that came into the folders since are taken up too. */
  start({ rescan = false } = {}): void {
    const before = this.working; // may be in its last moments
    if (before && AT_WORK.includes(this.store.state)) return;
    this.finishing = false;
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.store.items.move('cancelled', 'waiting');
    this.store.items.recheck();
    const working = (before ?? Promise.resolve()).then(() => this.work(rescan, signal)).finally(() => {
      if (this.working !== working) return;
      this.working = undefined;
      this.news.end();
    });
    this.working = working;
  }

  /** Resolves when nothing more happens by itself. */
  async settled(): Promise<BatchInfo> {
    await this.working;
    return this.info();
  }

  async pause(): Promise<void> {
    await this.stop();
    if (AT_WORK.includes(this.store.state)) await this.turn('paused');
  }

  async cancel(): Promise<void> {
    await this.stop();
    if (this.store.state === 'done') return;
    this.store.items.move('waiting', 'cancelled');
    await discardOrphans(this.store);
    await this.turn('cancelled');
  }

  /** Takes up the failed ones again, now or, where it is at work, at its end. */
  async retry(options?: { rescan: boolean }): Promise<void> {
    if (this.store.items.of('failed') > 0) await this.store.append({ event: 'retry' });
    this.start(options);
    this.watching?.wake();
    this.news.call();
  }

  /** Watches no longer: what has come is worked through, then the batch is done. */
  finish(): void {
    this.finishing = true;
    this.watching?.wake();
  }

  /** Leaves everything as it is, to go on at the next start of the program. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.working;
    this.news.end();
    this.itemNews.end();
  }

  private async turn(state: BatchInfo['state'], because: ErrorReport | null = null): Promise<void> {
    await this.store.setState(state, because).finally(() => this.news.flush());
  }

  private async work(rescan: boolean, signal: AbortSignal): Promise<void> {
    let lock: Lock | undefined;
    try {
      lock = await Lock.take(this.store.lockFile);
      const model = await this.env.library.findFor(this.store.spec.task, this.store.spec.model);
      if (rescan || !this.store.planned) await this.scan(model, signal);
      await this.turn('running');
      const setup = await this.setup(model);
      for (;;) {
        await this.runAll(setup, signal);
        if (signal.aborted) return;
        if (this.next() !== undefined) continue; // retried in the last moments
        await discardOrphans(this.store);
        if (!this.store.spec.watch || this.finishing) break;
        this.watching ??= await Watching.open(this.store, this.env, model.card.id, signal);
        await this.awaitFiles(this.watching, signal);
        if (signal.aborted) return;
      }
      await summarize(this.store).catch((error: unknown) => this.env.log.write('warn', 'batch', `${this.store.id}: no summary: ${reportOf(error).message}`));
      await this.turn('done');
    } catch (error) {
      if (signal.aborted) return;
      const because = reportOf(error);
      this.env.log.write('warn', 'batch', `${this.store.id} paused: ${because.code} ${because.message}`);
      await this.turn('paused', because).catch(() => undefined); // a full disk takes no journal either; the state in memory tells
    } finally {
      this.watching = undefined;
      await lock?.release();
    }
  }

  /** Until there is something to run, or watching is to end. */
  private async awaitFiles(watching: Watching, signal: AbortSignal): Promise<void> {
    await this.turn('watching', this.store.because);
    while (this.next() === undefined && !this.finishing && !signal.aborted) {
      await watching.rest(signal);
      if (signal.aborted) return;
      const missing = await watching.look(signal);
      if (missing?.message !== this.store.because?.message) await this.turn('watching', missing);
      if (missing === null) this.store.items.release();
    }
    if (!signal.aborted) await this.turn('running', this.store.because);
  }

  private async scan(model: InstalledModel, signal: AbortSignal): Promise<void> {
    const { spec, created } = this.store;
    await this.turn('scanning');
    const entries = makePlan(plannerFor(spec, model.card.id, localDate(created)), spec, this.env, {
      known: this.store.plan(),
      signal,
      onProblem: (error) => this.env.log.write('warn', 'batch', `${this.store.id}: ${reportOf(error).message}`),
      onFound: (count) => {
        this.found = count;
        this.news.call();
      },
    });
    await this.store.setPlan(entries);
    this.found = 0;
    if (!this.store.planned && !spec.watch) throw noFiles(spec);
  }

  private async setup({ files }: InstalledModel): Promise<ItemSetup> {
    const { spec } = this.store;
    return {
      spec,
      runner: this.env.host,
      model: files,
      setupHash: await hashSetup(files, spec, this.env.settings.get()),
      session: () => {
        const settings = this.env.settings.get();
        return { device: settings.device, threads: divideThreads(settings).threads, languageModel: settings.languageModel };
      },
      append: (record) => this.store.append(record),
      isPlanned: (target) => this.store.plans(target),
      ...(this.env.lastingJobs && { jobId: (...parts) => lastingId(this.store.id, ...parts) }),
      ...(spec.watch && { twin: (item, key) => this.twins.outputsFor(item, key) }),
    };
  }

  /** Several files at once; the first fault that concerns the whole ends them all, and is thrown. */
  private async runAll(setup: ItemSetup, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    this.cursor = -1;
    this.speed.begin();
    const run = () => this.runOneByOne(setup, both).catch((error: unknown) => {
      stop.abort();
      throw error;
    });
    const ends = await Promise.allSettled(Array.from({ length: this.env.filesAtOnce ?? divideThreads(this.env.settings.get()).files }, run));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private async runOneByOne(setup: ItemSetup, signal: AbortSignal): Promise<void> {
    for (let index = this.next(); index !== undefined && !signal.aborted; index = this.next()) {
      this.cursor = index;
      this.inHand.set(index, { index, stage: '', fraction: 0 });
      try {
        if (this.store.items.at(index).state === 'done' && !(await this.check(index, setup))) await this.store.append({ event: 'waiting', item: index });
        if (this.store.items.at(index).state === 'waiting') await this.run(index, setup, signal);
      } finally {
        this.inHand.delete(index);
      }
      this.news.call();
    }
  }

  /** The next that is to run or to be looked at again; from the front when the end is reached, for some may have been retried. */
  private next(): number | undefined {
    const { items } = this.store;
    for (let step = 1; step <= items.length; step++) {
      const candidate = (this.cursor + step) % items.length;
      const { state, checked, held } = items.at(candidate);
      if (!held && !this.inHand.has(candidate) && (state === 'waiting' || (state === 'done' && !checked))) return candidate;
    }
    return undefined;
  }

  private async check(index: number, { setupHash }: ItemSetup): Promise<boolean> {
    const holds = await doneStillHolds(await this.store.entry(index), await this.store.last(index), setupHash);
    this.store.items.at(index).checked = holds;
    return holds;
  }

  private async run(index: number, setup: ItemSetup, signal: AbortSignal): Promise<void> {
    const { items } = this.store;
    const started = performance.now();
    const [entry, last] = [await this.store.entry(index), await this.store.last(index)];
    items.set(index, 'running');
    this.itemNews.call();
    const onProgress = (progress: Pick<InHand, 'stage' | 'fraction'>) => {
      this.inHand.set(index, { index, ...progress });
      this.itemNews.call();
    };
    try {
      const end = await runItem(setup, { item: index, entry, last, signal, onProgress });
      items.at(index).checked = true;
      if (end === 'done') this.speed.add(kindOf(entry.input), weightOf(entry.bytes), secondsSince(started));
    } catch (error) {
      if (items.at(index).state === 'running' || items.at(index).state === 'waiting') items.set(index, 'waiting');
      const report = reportOf(error);
      if (signal.aborted) return;
      if (report.code === 'CANCELLED') return this.abort.abort();
      const reason = await reasonToPause(report, this.store.spec, entry.input);
      if (reason?.code === 'FILE_NOT_FOUND' && this.store.spec.watch) {
        items.at(index).held = true; // until its folder is back
        return;
      }
      if (reason) throw new AppError(reason.code, reason.message, reason.hint);
      await this.store.append({ event: 'failed', item: index, ours: writtenBefore(await this.store.last(index)), error: report, seconds: secondsSince(started) });
    } finally {
      this.inHand.delete(index);
      this.twins.release(index);
      await this.publishItems([index]);
    }
  }

  private async publishItems(indices: readonly number[]): Promise<void> {
    for (const item of await viewItems(this.store, indices, this.inHand).catch(() => [])) this.env.publish('batchItem', { batch: this.store.id, item });
  }
}
