import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors';
import { batchSpec, type BatchInfo, type BatchItem, type BatchPreview, type BatchSpec } from '../../contract/batch';
import { Batch, type ItemFilter } from './batch';
import { reportOf } from './batch-faults';
import { BatchStore } from './batch-store';
import type { BatchEnvironment } from './environment';
import { checkSpec, preview } from './prepare';
import { localDate } from './template';

export interface BatchesOptions extends BatchEnvironment {
  dir: string; // one folder a batch
}

/** All batches of the data folder. Those that were at work when the program ended go on as soon as this exists. */
export class Batches {
  private readonly batches = new Map<string, Batch>();
  private readonly ready: Promise<void>;
  private closed = false;

  constructor(private readonly options: BatchesOptions) {
    this.ready = this.restore();
  }

  /** Whether one is at work; watching alone is none. */
  get busy(): boolean {
    return [...this.batches.values()].some((batch) => ['scanning', 'running'].includes(batch.info().state));
  }

  preview(spec: BatchSpec): Promise<BatchPreview> {
    return preview(spec, this.options, localDate(Date.now()));
  }

  /** Throws AppError for what is wrong with the whole: template, model, folders. */
  async start(asked: BatchSpec): Promise<BatchInfo> {
    await this.ready;
    const { spec } = await checkSpec(asked, this.options);
    const batch = await createBatch(this.options, spec);
    this.batches.set(batch.info().id, batch);
    batch.start();
    return batch.info();
  }

  /** Newest first. */
  async list(): Promise<BatchInfo[]> {
    await this.ready;
    return [...this.batches.values()].map((batch) => batch.info()).sort((a, b) => b.created - a.created);
  }

  async items(id: string, offset: number, limit: number, filter?: ItemFilter): Promise<{ total: number; items: BatchItem[] }> {
    return (await this.find(id)).items(offset, limit, filter);
  }

  /** Path of a file that it has written. Throws AppError BAD_USAGE. */
  async output(id: string, index: number, output: number): Promise<string> {
    return (await this.find(id)).output(index, output);
  }

  async pause(id: string): Promise<void> {
    await (await this.find(id)).pause();
  }

  /** Goes on with a paused batch, and with what a cancelled one left. */
  async resume(id: string): Promise<void> {
    (await this.find(id)).start();
  }

  /** Watches its folders no longer. */
  async finish(id: string): Promise<void> {
    (await this.find(id)).finish();
  }

  async cancel(id: string): Promise<void> {
    await (await this.find(id)).cancel();
  }

  async retry(id: string): Promise<void> {
    await (await this.find(id)).retry();
  }

  /** Its results stay. */
  async remove(id: string): Promise<void> {
    await (await this.find(id)).cancel();
    this.batches.delete(id);
    this.options.publish('batchRemoved', { batch: id });
    const gone = path.join(this.options.dir, `.removed-${id}`); // at once for the next start, however long the rest takes
    await rename(path.join(this.options.dir, id), gone);
    await rm(gone, { recursive: true, force: true });
  }

  /** Stops after at most a second; what was running goes on at the next start. */
  async close(): Promise<void> {
    this.closed = true;
    await this.ready;
    await Promise.all([...this.batches.values()].map((batch) => batch.stop()));
  }

  private async find(id: string): Promise<Batch> {
    await this.ready;
    const batch = this.batches.get(id);
    if (batch === undefined) throw new AppError('BAD_USAGE', `There is no batch ${id}`, 'It may have been removed in another window.');
    return batch;
  }

  private async restore(): Promise<void> {
    for (const name of await batchNames(this.options.dir)) {
      try {
        const store = await BatchStore.load(path.join(this.options.dir, name));
        if (store.garbage > 0) this.options.log.write('warn', 'batch', `${name}: ${store.garbage} unreadable lines in its journal were passed over`);
        const batch = new Batch(store, this.options);
        this.batches.set(store.id, batch);
        if (!this.closed && ['scanning', 'running', 'watching'].includes(store.state)) batch.start();
      } catch (error) {
        this.options.log.write('error', 'batch', `${name} cannot be opened: ${reportOf(error).message}`);
      }
    }
  }
}

export async function createBatch(options: BatchesOptions, spec: BatchSpec): Promise<Batch> {
  const created = Math.max(Date.now(), 1 + (await latestCreation(options.dir))); // the clock may have been set back
  const id = `${created.toString(36)}-${randomUUID().slice(0, 8)}`;
  return new Batch(await BatchStore.create(path.join(options.dir, id), { id, created, spec }), options);
}

/** The latest batch that was asked for the same; undefined where there is none. */
export async function findBatch(options: BatchesOptions, spec: BatchSpec): Promise<Batch | undefined> {
  const wanted = JSON.stringify(batchSpec.parse(spec));
  let latest: BatchStore | undefined;
  for (const name of await batchNames(options.dir)) {
    const header = await BatchStore.header(path.join(options.dir, name)).catch(() => undefined);
    if (header && JSON.stringify(header.spec) === wanted && header.created >= (latest?.created ?? 0)) latest = await BatchStore.load(path.join(options.dir, name));
  }
  return latest && new Batch(latest, options);
}

async function latestCreation(dir: string): Promise<number> {
  const headers = await Promise.all((await batchNames(dir)).map((name) => BatchStore.header(path.join(dir, name)).catch(() => undefined)));
  return Math.max(0, ...headers.map((header) => header?.created ?? 0));
}

async function batchNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory());
  await Promise.all(folders.filter(({ name }) => name.startsWith('.removed-')).map(({ name }) => rm(path.join(dir, name), { recursive: true, force: true })));
  return folders.map(({ name }) => name).filter((name) => !name.startsWith('.'));
}
