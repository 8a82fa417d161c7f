import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Publish } from '../contract/api';
import type { DeskJob, Submission } from '../contract/desk';
import { AppError } from '../contract/errors';
import type { Task } from '../contract/formats';
import type { ResultPart } from '../contract/resources';
import type { Computing } from '../contract/settings';
import { transcript as transcriptSchema, type TranscriptNews } from '../contract/transcript';
import { writeAtomic } from '../fs/atomic-write';
import type { InferenceHost } from '../inference/host';
import { runJob, type JobEnd } from '../jobs/run-job';
import type { InstalledModel } from '../library/bundled';
import { attemptSpec, daysUnseen, editPath, KEPT, loadRecords, noteSeen, resultPaths, restored, saveRecord, withoutInput, type DeskRecord } from './desk-record';
import type { OpenedFiles } from './opened-files';
import { RunningTranscript } from './running-transcript';

export interface DeskOptions {
  dataDir: string;
  files: Pick<OpenedFiles, 'get' | 'adopt'>;
  host: Pick<InferenceHost, 'run'>;
  models: { findFor(task: Task, id?: string): Promise<InstalledModel> };
  settings: { get(): Computing };
  publish: Publish;
  warn: (message: string) => void;
}

type Models = Record<'model' | 'denoise', InstalledModel | undefined> & { model: InstalledModel };

interface Attempt {
  abort: AbortController;
  started: boolean; // the child was told
  ended: Promise<void>;
}

interface Entry extends DeskRecord {
  attempts: number;
  attempt: Attempt | undefined; // under way
  news: RunningTranscript;
  saved: Promise<void>; // everything of this job on the disk is written in order
}

/** What is cleared away at a start, so that the data folder does not grow for ever. */
const KEPT_UNSEEN_DAYS = 30; // jobs whose input has been gone for longer
const KEPT_JOBS = 1000; // the newest; of older ones only those that the user edited or recorded

const FRESH = { state: 'queued', stage: '', fraction: 0, summary: null, device: null, seconds: null, error: null } as const;

/** What lies open in the window: jobs, one a file and task, with their results. It outlives the window and, but for what runs, the program. */
export class Desk {
  readonly root: string;
  readonly recordings: string;
  private readonly entries = new Map<string, Entry>();
  private closing = false;

  private constructor(private readonly options: DeskOptions) {
    this.root = path.join(options.dataDir, 'desk');
    this.recordings = path.join(options.dataDir, 'recordings');
  }

  /** With the jobs of earlier runs of the program. One whose input is gone says so, and is whole again when the drive that it lay on is back. */
  static async open(options: DeskOptions): Promise<Desk> {
    const desk = new Desk(options);
    const records = await loadRecords(desk.root);
    const tooMany = new Set(records.slice(0, -KEPT_JOBS).filter((record) => !record.job.edited && !desk.isRecording(record.input)));
    for (const record of records) {
      const { id, file } = record.job;
      const adopted = tooMany.has(record) ? undefined : await options.files.adopt(record.input, file.name, file.kind).catch(() => undefined);
      const there = adopted?.id === file.id;
      if (there) await noteSeen(desk.root, id);
      if (there) desk.keep({ ...record, job: restored(desk.root, record.job) });
      else if (tooMany.has(record) || (await daysUnseen(desk.root, id)) > KEPT_UNSEEN_DAYS) await rm(path.join(desk.root, id), { recursive: true, force: true });
      else desk.keep({ ...record, job: withoutInput(record.job) });
    }
    return desk;
  }

  /** Throws AppError NOT_ALLOWED (no such file is open), UNKNOWN_MODEL, WRONG_TASK, DISK_FULL. */
  async submit({ file: fileId, task, model, denoise }: Submission): Promise<DeskJob> {
    const { file, path: input } = this.options.files.get(fileId);
    if (denoise !== undefined && task !== 'transcribe') throw new AppError('BAD_USAGE', `Noise is removed before transcribe only, not before ${task}`, 'Use enhance.');
    const models = await this.modelsFor({ task, model, denoise: denoise ?? null });
    const job: DeskJob = { id: randomUUID(), task, file, model: models.model.files.id, ...FRESH, created: Date.now(), edited: false };
    const entry = this.keep({ job, input, denoise: denoise ?? null });
    await this.save(entry).catch((error: unknown) => {
      this.entries.delete(job.id);
      throw error;
    });
    this.options.publish('job', entry.job);
    this.start(entry, models);
    return entry.job;
  }

  /** The oldest first. */
  list(): DeskJob[] {
    return [...this.entries.values()].map(({ job }) => job);
  }

  /** What has not started is cancelled at once, what runs within a second; what has ended stays as it is. */
  cancel(id: string): void {
    const entry = this.get(id);
    const { attempt } = entry;
    if (!attempt) return;
    attempt.abort.abort();
    if (!attempt.started) this.end(entry, attempt, { event: 'cancelled', job: id, input: entry.input });
  }

  /** Runs a failed or cancelled job again. Throws AppError FILE_NOT_FOUND while its input is gone. */
  async retry(id: string): Promise<DeskJob> {
    const { job, denoise, input } = this.get(id);
    const file = job.error?.code === 'FILE_NOT_FOUND' ? await this.options.files.adopt(input, job.file.name, job.file.kind) : job.file;
    const models = await this.modelsFor({ task: job.task, model: job.model, denoise });
    const entry = this.get(id); // it may have changed meanwhile
    const { state } = entry.job;
    if (state !== 'failed' && state !== 'cancelled') throw new AppError('BAD_USAGE', `Only what failed or was cancelled can be run again, this job is ${state}`, 'Submit the file anew.');
    entry.news = new RunningTranscript();
    this.update(entry, { ...FRESH, file });
    this.start(entry, models);
    const started = entry.job;
    await this.saveQuietly(entry);
    return started;
  }

  /** Cancels first; with its result and edit, and with its recording where no other job has that. */
  async remove(id: string): Promise<void> {
    const entry = this.get(id);
    const { attempt } = entry;
    this.entries.delete(id);
    entry.attempt = undefined;
    attempt?.abort.abort();
    this.options.publish('removed', { job: id });
    if (attempt?.started) await attempt.ended;
    await entry.saved;
    await rm(path.join(this.root, id), { recursive: true, force: true });
    if (this.isRecording(entry.input) && !this.hasInput(entry.input)) await rm(entry.input, { force: true });
  }

  /** All that is known so far. */
  async transcript(id: string): Promise<TranscriptNews> {
    const { job, news } = this.get(id);
    if (job.task !== 'transcribe' || job.state !== 'done') return news.all();
    const { segments } = transcriptSchema.parse(JSON.parse(await readFile(resultPaths(this.root, job)[0]!, 'utf8')));
    return { from: 0, segments };
  }

  /** Path of a finished job's result. Throws FILE_NOT_FOUND. */
  resultFile(id: string, part: ResultPart): string {
    const { job } = this.get(id);
    const which = KEPT[job.task].parts.indexOf(part);
    if (job.state === 'done' && which >= 0) return resultPaths(this.root, job)[which]!;
    throw new AppError('FILE_NOT_FOUND', `This job (${job.task}, ${job.state}) has no ${part}`, 'Wait until it is done, or run it again.');
  }

  /** Path of the saved edit. Throws FILE_NOT_FOUND. */
  editFile(id: string): string {
    const file = editPath(this.root, this.get(id).job.id);
    if (!existsSync(file)) throw new AppError('FILE_NOT_FOUND', 'No edit of this result was saved');
    return file;
  }

  /** The old edit stays where the new one cannot be written. */
  async writeEdit(id: string, bytes: Uint8Array): Promise<void> {
    const entry = this.get(id);
    if (entry.job.state !== 'done') throw new AppError('BAD_USAGE', `Only a finished result can be edited, this job is ${entry.job.state}`, 'Wait until it is done.');
    await this.inOrder(entry, () => writeAtomic(editPath(this.root, id), bytes));
    if (!entry.job.edited) this.update(entry, { edited: true });
  }

  async deleteEdit(id: string): Promise<void> {
    const entry = this.get(id);
    await this.inOrder(entry, () => rm(editPath(this.root, id), { force: true }));
    if (entry.job.edited) this.update(entry, { edited: false });
  }

  /** A recording that ended with its job already run, well or not: main/desk/live.ts. */
  async addRecording(id: string, input: string, model: string, end: JobEnd): Promise<DeskJob> {
    const file = await this.options.files.adopt(input, path.basename(input), 'audio');
    const job: DeskJob = { id, task: 'transcribe', file, model, ...FRESH, created: Date.now(), edited: false };
    const entry = this.keep({ job, input, denoise: null });
    this.update(entry, outcome(end, entry));
    await this.saveQuietly(entry);
    return entry.job;
  }

  private isRecording(input: string): boolean {
    return path.dirname(input) === this.recordings;
  }

  hasInput(file: string): boolean {
    return [...this.entries.values()].some(({ input }) => input === file);
  }

  /** Stops what runs; it comes back as interrupted. */
  async close(): Promise<void> {
    this.closing = true;
    const open = [...this.entries.values()];
    for (const { attempt } of open) attempt?.abort.abort();
    await Promise.all(open.map(async (entry) => {
      if (entry.attempt?.started) await entry.attempt.ended;
      await entry.saved; // what its end has saved, too
    }));
  }

  private get(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new AppError('NOT_ALLOWED', `There is no job ${id.slice(0, 64)} on the desk`, 'Reload the window.');
    return entry;
  }

  private keep(record: DeskRecord): Entry {
    const entry: Entry = { ...record, attempts: 0, attempt: undefined, news: new RunningTranscript(), saved: Promise.resolve() };
    this.entries.set(record.job.id, entry);
    return entry;
  }

  private async modelsFor({ task, model, denoise }: { task: Task; model: string | undefined; denoise: string | null }): Promise<Models> {
    const { models } = this.options;
    return { model: await models.findFor(task, model), denoise: denoise === null ? undefined : await models.findFor('enhance', denoise) };
  }

  private start(entry: Entry, { model, denoise }: Models): void {
    const { host, settings, publish } = this.options;
    const { id } = entry.job;
    const attempt: Attempt = { abort: new AbortController(), started: false, ended: Promise.resolve() };
    const current = () => entry.attempt === attempt;
    entry.attempt = attempt;
    const runner: Parameters<typeof runJob>[0] = {
      run: (work, options) =>
        host.run(denoise ? { ...work, denoise: denoise.files } : work, {
          ...options,
          onStart: () => {
            attempt.started = true;
            if (current()) this.update(entry, { state: 'running' });
          },
          onPartial: (news) => {
            if (!current()) return;
            entry.news.apply(news);
            publish('partial', { job: id, ...news });
          },
        }),
    };
    const spec = attemptSpec(this.root, entry, ++entry.attempts, settings.get());
    attempt.ended = runJob(runner, spec, model.files, attempt.abort.signal, (event) => {
      if (event.event === 'progress' && current()) this.update(entry, { stage: event.stage, fraction: event.fraction });
    }).then((end) => this.end(entry, attempt, end));
  }

  /** An attempt that the desk has given up already changes nothing. While the program closes, the disk keeps saying that the job was not finished. */
  private end(entry: Entry, attempt: Attempt, end: JobEnd): void {
    if (entry.attempt !== attempt) return;
    entry.attempt = undefined;
    if (end.event === 'done') entry.news = new RunningTranscript(); // the result has it
    this.update(entry, outcome(end, entry));
    if (!this.closing || end.event !== 'cancelled') void this.saveQuietly(entry);
  }

  private update(entry: Entry, change: Partial<DeskJob>): void {
    entry.job = { ...entry.job, ...change };
    if (this.entries.has(entry.job.id)) this.options.publish('job', entry.job);
  }

  private save(entry: Entry): Promise<void> {
    return this.inOrder(entry, () => saveRecord(this.root, entry));
  }

  private saveQuietly(entry: Entry): Promise<void> {
    return this.save(entry).catch((error: unknown) => this.options.warn(`The state of a job could not be saved: ${error instanceof Error ? error.message : String(error)}`));
  }

  /** Runs `work` after all earlier writes of the job; of a removed job nothing is written. */
  private inOrder(entry: Entry, work: () => Promise<void>): Promise<void> {
    const result = entry.saved.then(() => (this.entries.get(entry.job.id) === entry ? work() : undefined));
    entry.saved = result.catch(() => undefined);
    return result;
  }
}

/** How a job looks when an attempt at it has ended. Where we keep what was uploaded is of no use to the user. */
function outcome(end: JobEnd, { job: { file }, input }: DeskRecord): Partial<DeskJob> {
  if (end.event === 'done') return { state: 'done', fraction: 1, summary: end.summary, device: end.device, seconds: end.seconds, error: null };
  return end.event === 'failed' ? { state: 'failed', error: file.path === '' ? { ...end.error, message: end.error.message.replaceAll(input, file.name) } : end.error } : { state: 'cancelled' };
}
