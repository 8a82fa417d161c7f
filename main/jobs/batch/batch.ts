/** One batch at work: scan, then file after file, until it is done, paused or cancelled. */
import type { BatchInfo, BatchItem } from '../../contract/batch';
import { AppError, type ErrorReport } from '../../contract/errors';
import type { Task } from '../../contract/formats';
import type { JobSpec } from '../../contract/job';
import { OutputFolders } from '../../fs/output-folder';
import type { InstalledModel } from '../../library/bundled';
import { reportOf } from './batch-faults';
import type { BatchStore } from './batch-store';
import type { BatchEnvironment } from './environment';
import { discardOrphans, summarize } from './ending';
import { hashSetup, lastingId } from './item-key';
import { ItemWork, type Setups } from './item-work';
import { divideThreads } from './lanes';
import { Lock } from './lock';
import { makePlan, noFiles, plannerFor } from './prepare';
import type { ItemSetup } from './run-item';
import { taskOf } from './tasks';
import { localDate, type Naming } from './template';
import { Throttle } from './throttle';
import { Watching } from './watching';

const NEWS_MS = 250;
const AT_WORK: readonly BatchInfo['state'][] = ['scanning', 'running', 'watching'];

type Models = ReadonlyMap<Task, InstalledModel>;

/** Which items are listed: all without. */
export interface ItemFilter {
  states?: BatchItem['state'][] | undefined;
  task?: Task | undefined;
}

export class Batch {
  private readonly news = new Throttle(NEWS_MS, () => this.env.publish('batch', this.info()));
  private readonly itemWork: ItemWork;
  private abort = new AbortController();
  private working: Promise<void> | undefined;
  private found = 0; // while scanning
  private watching: Watching | undefined;
  private finishing = false; // watching is to end

  constructor(
    private readonly store: BatchStore,
    private readonly env: BatchEnvironment,
  ) {
    this.itemWork = new ItemWork(store, env, { onEnd: () => this.news.call(), onClosing: () => this.abort.abort() });
  }

  info(): BatchInfo {
    const { id, spec, created, state, because } = this.store;
    const { secondsLeft, ...counts } = this.itemWork.progress();
    return { id, spec, state, pausedBecause: because, created, ...counts, total: Math.max(counts.total, this.found), etaSeconds: state === 'running' ? secondsLeft : null };
  }

  async items(offset: number, limit: number, { states, task }: ItemFilter = {}): Promise<{ total: number; items: BatchItem[] }> {
    const { items, spec } = this.store;
    const indices = items.indices(states).filter((index) => task === undefined || taskOf(spec, items.at(index)).task === task);
    return { total: indices.length, items: await this.itemWork.view(indices.slice(offset, offset + limit)) };
  }

  /** Path of an output of an item. Throws AppError BAD_USAGE. */
  async output(index: number, output: number): Promise<string> {
    const [item] = index < this.store.items.length ? await this.itemWork.view([index]) : [];
    const file = item?.outputs[output];
    if (file === undefined) throw new AppError('BAD_USAGE', `The batch has written no output ${output} of item ${index}`, 'Reload the window.');
    return file;
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
    this.itemWork.end();
  }

  private async turn(state: BatchInfo['state'], because: ErrorReport | null = null): Promise<void> {
    await this.store.setState(state, because).finally(() => this.news.flush());
  }

  private async work(rescan: boolean, signal: AbortSignal): Promise<void> {
    let lock: Lock | undefined;
    try {
      lock = await Lock.take(this.store.lockFile);
      const models = await this.findModels();
      const prepare = this.preparation(models);
      for (const task of this.store.items.tasksOf('waiting')) prepare(taskOf(this.store.spec, { task }).task);
      if (rescan || !this.store.planned) await this.scan(models, prepare, signal);
      await this.turn('running');
      const setups = await this.setups(models);
      for (;;) {
        await this.store.during(() => this.itemWork.run(setups, signal));
        if (signal.aborted) return;
        if (this.itemWork.due) continue; // retried in the last moments
        await discardOrphans(this.store);
        if (!this.store.spec.watch || this.finishing) break;
        this.watching ??= await Watching.open(this.store, this.env, idsOf(models), signal);
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
    while (!this.itemWork.due && !this.finishing && !signal.aborted) {
      await watching.rest(signal);
      if (signal.aborted) return;
      const missing = await watching.look(signal);
      if (missing?.message !== this.store.because?.message) await this.turn('watching', missing);
      if (missing === null) this.store.items.release();
    }
    if (!signal.aborted) await this.turn('running', this.store.because);
  }

  private async scan(models: Models, prepare: (task: Task) => void, signal: AbortSignal): Promise<void> {
    const { spec, created } = this.store;
    await this.turn('scanning');
    const entries = makePlan(plannerFor(spec, idsOf(models), localDate(created)), spec, this.env, {
      known: this.store.plan(),
      signal,
      onProblem: (error) => this.env.log.write('warn', 'batch', `${this.store.id}: ${reportOf(error).message}`),
      onFound: (count, task) => {
        this.found = count;
        prepare(task);
        this.news.call();
      },
    });
    await this.store.setPlan(entries);
    this.found = 0;
    if (!this.store.planned && !spec.watch) throw noFiles(spec);
  }

  private async findModels(): Promise<Models> {
    const models = new Map<Task, InstalledModel>();
    for (const { task, model } of this.store.spec.tasks) models.set(task, await this.env.library.findFor(task, model));
    return models;
  }

  private async setups(models: Models): Promise<Setups> {
    const { spec } = this.store;
    const setups = new Map<Task, ItemSetup>();
    const folders = new OutputFolders();
    for (const task of spec.tasks) {
      const { files } = models.get(task.task)!;
      setups.set(task.task, {
        spec,
        task,
        runner: this.env.host,
        model: files,
        setupHash: await hashSetup(files, task, this.env.settings.get()),
        folders,
        session: () => this.session(),
        append: (record) => this.store.append(record),
        isPlanned: (outputs) => this.store.plans(outputs),
        ...(this.env.lastingJobs && { jobId: (...parts) => lastingId(this.store.id, ...parts) }),
        ...(spec.watch && { twin: (item, key) => this.itemWork.twins.outputsFor(item, key) }),
      });
    }
    return (entry) => setups.get(taskOf(spec, entry).task)!;
  }

  /** Has the model of a task opened at the first file for it, while the folders are looked through. */
  private preparation(models: Models): (task: Task) => void {
    const { device, threads } = this.session();
    const prepared = new Set<Task>();
    return (task) => {
      if (prepared.has(task)) return;
      prepared.add(task);
      this.env.host.prepare?.({ model: models.get(task)!.files, device, threads });
    };
  }

  /** As the settings are now. */
  private session(): Pick<JobSpec, 'device' | 'threads' | 'languageModel'> {
    const settings = this.env.settings.get();
    return { device: settings.device, threads: divideThreads(settings).threads, languageModel: settings.languageModel };
  }
}

function idsOf(models: Models): Naming['models'] {
  return new Map([...models].map(([task, { card }]) => [task, card.id]));
}
