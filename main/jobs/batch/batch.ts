/** One batch at work: scan, then file after file, until it is done, paused or cancelled. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BatchInfo, BatchItem } from '../../contract/batch';
import { AppError, type ErrorReport } from '../../contract/errors';
import type { InstalledModel } from '../../library/bundled';
import { discardStaged } from '../../fs/staging';
import { secondsSince } from '../run-job';
import { reasonToPause, reportOf } from './batch-faults';
import type { BatchStore } from './batch-store';
import type { BatchEnvironment } from './environment';
import { doneStillHolds } from './item-check';
import { hashSetup } from './item-key';
import { viewItems, type InHand } from './item-view';
import { makePlan, noFiles } from './prepare';
import { runItem, writtenBefore, type ItemSetup } from './run-item';
import { Speed, weightOf } from './speed';
import { Lock } from './lock';
import { writeSummary } from './summary';
import { localDate } from './template';
import { Throttle } from './throttle';

const NEWS_MS = 250;
const VIEW_ITEMS = 500; // read at once for the summary

export class Batch {
  private readonly speed = new Speed();
  private readonly news = new Throttle(NEWS_MS, () => this.env.publish('batch', this.info()));
  private readonly itemNews = new Throttle(NEWS_MS, () => void this.publishItem());
  private abort = new AbortController();
  private working: Promise<void> | undefined;
  private inHand: InHand | undefined;
  private found = 0; // while scanning

  constructor(
    private readonly store: BatchStore,
    private readonly env: BatchEnvironment,
  ) {}

  info(): BatchInfo {
    const { id, spec, created, state, because } = this.store;
    const { remainingWeight, ...counts } = this.store.items.progress(this.inHand);
    const etaSeconds = state === 'running' ? this.speed.secondsFor(remainingWeight) : null;
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
    if (before && (this.store.state === 'running' || this.store.state === 'scanning')) return;
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
    if (this.store.state === 'running' || this.store.state === 'scanning') await this.turn('paused');
  }

  async cancel(): Promise<void> {
    await this.stop();
    if (this.store.state === 'done') return;
    this.store.items.move('waiting', 'cancelled');
    await this.discardOrphans();
    await this.turn('cancelled');
  }

  /** Takes up the failed ones again, now or, where it is at work, at its end. */
  async retry(options?: { rescan: boolean }): Promise<void> {
    if (this.store.items.of('failed') > 0) await this.store.append({ event: 'retry' });
    this.start(options);
    this.news.call();
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
      do {
        await this.runAll(setup, signal);
        if (signal.aborted) return;
        await this.discardOrphans();
        await this.summarize();
      } while (this.next(-1) !== undefined); // some were retried in the last moments
      await this.turn('done');
    } catch (error) {
      if (signal.aborted) return;
      const because = reportOf(error);
      this.env.log.write('warn', 'batch', `${this.store.id} paused: ${because.code} ${because.message}`);
      await this.turn('paused', because).catch(() => undefined); // a full disk takes no journal either; the state in memory tells
    } finally {
      await lock?.release();
    }
  }

  private async scan(model: InstalledModel, signal: AbortSignal): Promise<void> {
    const { spec, created } = this.store;
    await this.turn('scanning');
    const entries = makePlan(spec, { model: model.card.id, date: localDate(created) }, this.env, {
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
    if (!this.store.planned) throw noFiles(spec);
  }

  private async setup({ files }: InstalledModel): Promise<ItemSetup> {
    const { spec } = this.store;
    return {
      spec,
      runner: this.env.host,
      model: files,
      setupHash: await hashSetup(files, spec),
      session: () => {
        const { device, threads } = this.env.settings.get();
        return { device, threads };
      },
      append: (record) => this.store.append(record),
      isPlanned: (target) => this.store.plans(target),
    };
  }

  private async runAll(setup: ItemSetup, signal: AbortSignal): Promise<void> {
    for (let index = this.next(-1); index !== undefined; index = this.next(index)) {
      if (signal.aborted) return;
      if (this.store.items.at(index).state === 'done' && !(await this.check(index, setup))) await this.store.append({ event: 'waiting', item: index });
      if (this.store.items.at(index).state === 'waiting') await this.run(index, setup, signal);
      this.news.call();
    }
  }

  /** The next after `index` that is to run or to be looked at again; from the front when the end is reached, for some may have been retried. */
  private next(index: number): number | undefined {
    const { items } = this.store;
    for (let step = 1; step <= items.length; step++) {
      const candidate = (index + step) % items.length;
      const { state, checked } = items.at(candidate);
      if (state === 'waiting' || (state === 'done' && !checked)) return candidate;
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
    this.inHand = { index, stage: '', fraction: 0 };
    this.itemNews.call();
    const onProgress = (progress: Pick<InHand, 'stage' | 'fraction'>) => {
      this.inHand = { index, ...progress };
      this.itemNews.call();
    };
    try {
      const end = await runItem(setup, { item: index, entry, last, signal, onProgress });
      items.at(index).checked = true;
      if (end === 'done') this.speed.add(weightOf(entry.bytes), secondsSince(started));
    } catch (error) {
      if (items.at(index).state === 'running' || items.at(index).state === 'waiting') items.set(index, 'waiting');
      const report = reportOf(error);
      if (signal.aborted || report.code === 'CANCELLED') return this.abort.abort();
      const reason = await reasonToPause(report, this.store.spec, entry.input);
      if (reason) throw new AppError(reason.code, reason.message, reason.hint);
      await this.store.append({ event: 'failed', item: index, ours: writtenBefore(await this.store.last(index)), error: report, seconds: secondsSince(started) });
    } finally {
      this.inHand = undefined;
      this.itemNews.end();
      await this.publishItem(index);
    }
  }

  private async publishItem(index = this.inHand?.index): Promise<void> {
    if (index === undefined) return;
    const [item] = await viewItems(this.store, [index], this.inHand).catch(() => []);
    if (item) this.env.publish('batchItem', { batch: this.store.id, item });
  }

  /** Clears away what attempts left that were killed together with an earlier process; its child may have outlived it by a moment. */
  private async discardOrphans(): Promise<void> {
    for (const { outDir, job } of this.store.orphans) await discardStaged(outDir, job, this.store.spec.formats);
  }

  private async summarize(): Promise<void> {
    const { spec, summaryFiles } = this.store;
    try {
      const files = await writeSummary(await this.resultFolder(), spec, summaryFiles, () => this.everyItem());
      await this.store.append({ event: 'summary', files });
    } catch (error) {
      this.env.log.write('warn', 'batch', `${this.store.id}: no summary: ${reportOf(error).message}`);
    }
  }

  private async resultFolder(): Promise<string> {
    const { outDir, sources } = this.store.spec;
    if (outDir !== null) return outDir;
    return (await stat(sources[0]!)).isDirectory() ? sources[0]! : path.dirname(sources[0]!);
  }

  private async *everyItem(): AsyncGenerator<BatchItem> {
    for (let offset = 0; offset < this.store.items.length; offset += VIEW_ITEMS) yield* (await this.items(offset, VIEW_ITEMS)).items;
  }
}
