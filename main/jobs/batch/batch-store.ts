/** A batch on the disk: `batch.json` (what was asked), `plan.jsonl` (the inputs) and `journal.jsonl` (what happened), and what is held of them in memory. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { BatchInfo, BatchSpec } from '../../contract/batch';
import { AppError, type ErrorReport } from '../../contract/errors';
import { writeAtomic } from '../../fs/atomic-write';
import { ItemList, type ItemState } from './item-list';
import { readJournal, record as recordSchema, type Attempt, type ItemRecord, type Record } from './journal';
import { LineFile, type LinePlace } from './line-file';
import { planEntry, plannedOutputs, readPlan, writePlan, type PlanEntry } from './plan';
import { storedSpec } from './stored-spec';

const header = z.object({ id: z.string(), created: z.number(), spec: storedSpec });
type Header = z.infer<typeof header>;

const STATE_AFTER: { [Event in ItemRecord['event']]: ItemState } = { start: 'waiting', commit: 'waiting', done: 'done', failed: 'failed', skipped: 'skipped', waiting: 'waiting' };

export class BatchStore {
  readonly items = new ItemList();
  state: BatchInfo['state'] = 'scanning';
  because: ErrorReport | null = null;
  summaryFiles: string[] = [];
  garbage = 0; // unreadable lines of the journal
  /** Attempts that were killed with an earlier process: their staged files may still lie about. */
  orphans: Attempt[] = [];
  /** Items by the key of their result, where each content is worked on once. */
  private readonly byKey = new Map<string, number>();
  private pending: { record: Record; resolve: () => void; reject: (error: unknown) => void }[] = []; // to be written together
  private writing = false;
  private planLines: LineFile;
  private readonly journal: LineFile;

  private constructor(
    readonly folder: string,
    private readonly header: Header,
  ) {
    this.planLines = new LineFile(path.join(folder, 'plan.jsonl'));
    this.journal = new LineFile(path.join(folder, 'journal.jsonl'));
  }

  static async create(folder: string, header: Header): Promise<BatchStore> {
    await writeAtomic(path.join(folder, 'batch.json'), `${JSON.stringify(header, null, 2)}\n`);
    return new BatchStore(folder, header);
  }

  /** What was asked. Throws AppError INTERNAL where the folder holds no batch. */
  static async header(folder: string): Promise<Header> {
    const file = path.join(folder, 'batch.json');
    const parsed = header.safeParse(await readFile(file, 'utf8').then(JSON.parse).catch(() => undefined));
    if (!parsed.success) throw new AppError('INTERNAL', `${file} does not describe a batch`, 'Remove its folder.');
    return parsed.data;
  }

  /** Throws as `header` does, and where the plan is damaged. */
  static async load(folder: string): Promise<BatchStore> {
    const store = new BatchStore(folder, await BatchStore.header(folder));
    for await (const { entry, place } of readPlan(store.planLines.file, store.spec.watch === true)) store.items.add(place, entry);
    const killed = new Map<number, Attempt>();
    for await (const { record, place } of readJournal(store.journal.file, () => store.garbage++)) {
      store.take(record, place);
      if (record.event === 'start' || record.event === 'commit') killed.set(record.item, record);
      else if ('item' in record) killed.delete(record.item);
    }
    store.orphans = [...killed.values()];
    if (store.state === 'cancelled') store.items.move('waiting', 'cancelled');
    return store;
  }

  get id(): string {
    return this.header.id;
  }

  get spec(): BatchSpec {
    return this.header.spec;
  }

  get created(): number {
    return this.header.created;
  }

  get lockFile(): string {
    return path.join(this.folder, 'lock');
  }

  get planned(): boolean {
    return this.items.length > 0;
  }

  /** Keeps plan and journal open during `work`. */
  async during(work: () => Promise<void>): Promise<void> {
    const files = [this.planLines, this.journal];
    for (const file of files) file.hold();
    await work().finally(() => Promise.all(files.map((file) => file.release())));
  }

  /** Durable when it resolves; the items in memory follow. */
  append(record: Record): Promise<void> {
    return new Promise((resolve, reject) => {
      this.pending.push({ record, resolve, reject });
      if (!this.writing) void this.write();
    });
  }

  async setState(state: BatchInfo['state'], because: ErrorReport | null = null): Promise<void> {
    if (state === this.state && because === null && this.because === null) return;
    [this.state, this.because] = [state, because];
    await this.append({ event: 'state', state, because });
  }

  /** Puts the plan in place of the present one, of which it must be a continuation. */
  async setPlan(entries: AsyncIterable<PlanEntry> | Iterable<PlanEntry>): Promise<void> {
    const { file } = this.planLines;
    await writePlan(file, entries);
    this.planLines = new LineFile(file); // the one before has the earlier plan open, if any
    const known = this.items.length;
    let index = 0;
    for await (const { entry, place } of readPlan(file, this.spec.watch === true)) if (index++ >= known) this.items.add(place, entry);
  }

  /** Adds to the plan of a batch that watches. */
  async extendPlan(entries: readonly PlanEntry[]): Promise<void> {
    const known = this.items.length;
    const places = await this.planLines.append(entries.map((entry, i) => ({ ...entry, n: known + i })));
    for (const [i, entry] of entries.entries()) this.items.add(places[i]!, entry);
  }

  async *plan(): AsyncGenerator<PlanEntry> {
    for await (const { entry } of readPlan(this.planLines.file, this.spec.watch === true)) yield entry;
  }

  /** Whether an item has been given one of these files. */
  async plans(files: readonly string[]): Promise<boolean> {
    for await (const entry of this.plan()) if (plannedOutputs(this.spec, entry).some((file) => files.includes(file))) return true;
    return false;
  }

  async entries(indices: readonly number[]): Promise<PlanEntry[]> {
    const values = await this.planLines.readAt(indices.map((index) => this.items.at(index).plan));
    return values.map((value) => planEntry.parse(value));
  }

  async entry(index: number): Promise<PlanEntry> {
    return (await this.entries([index]))[0]!;
  }

  /** Outputs of another item with the same content, where there are any. */
  async twinOf(item: number, key: string): Promise<string[] | undefined> {
    const twin = this.byKey.get(key);
    if (twin === undefined || twin === item || this.items.at(twin).state !== 'done') return undefined;
    const last = await this.last(twin);
    const outputs = last?.event === 'done' && last.key === key ? last.outputs.map((output) => output.path) : [];
    return outputs.length > 0 && outputs.every((output) => existsSync(output)) ? outputs : undefined;
  }

  /** The last that happened to each item, but for `waiting`. */
  async lastOf(indices: readonly number[]): Promise<(ItemRecord | undefined)[]> {
    const places = indices.map((index) => this.items.at(index).record);
    const values = await this.journal.readAt(places.filter((place) => place !== null));
    return places.map((place) => {
      const parsed = recordSchema.safeParse(place === null ? undefined : values.shift());
      return parsed.success && 'item' in parsed.data ? parsed.data : undefined;
    });
  }

  async last(index: number): Promise<ItemRecord | undefined> {
    return (await this.lastOf([index]))[0];
  }

  private async write(): Promise<void> {
    this.writing = true;
    while (this.pending.length > 0) {
      const group = this.pending.splice(0);
      try {
        const places = await this.journal.append(group.map(({ record }) => record));
        for (const [i, { record, resolve }] of group.entries()) {
          this.take(record, places[i]!);
          resolve();
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.writing = false;
  }

  private take(record: Record, place: LinePlace): void {
    if (record.event === 'state') [this.state, this.because] = [record.state, record.because];
    else if (record.event === 'summary') this.summaryFiles = record.files;
    else if (record.event === 'retry') this.items.move('failed', 'waiting');
    else if (this.items.has(record.item)) {
      const begun = record.event === 'start' || record.event === 'commit';
      this.items.set(record.item, begun && this.items.at(record.item).state === 'running' ? 'running' : STATE_AFTER[record.event], record.event === 'waiting' ? undefined : place);
      if (record.event === 'done' && this.spec.watch) this.byKey.set(record.key, record.item);
    }
  }
}
