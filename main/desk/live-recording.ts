import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DeskJob } from '../contract/desk';
import { AppError } from '../contract/errors';
import type { Computing } from '../contract/settings';
import type { TranscriptNews } from '../contract/transcript';
import type { InferenceHost } from '../inference/host';
import { runJob, type JobEnd } from '../jobs/run-job';
import type { InstalledModel } from '../library/bundled';
import type { Desk } from './desk';
import { attemptSpec, type DeskRecord } from './desk-record';
import { RecordingFile } from './recording-file';

export interface LiveRecordingOptions {
  id: string; // of the session, and of the job that it becomes
  desk: Desk;
  host: InferenceHost; // its own: closed at the end
  model: InstalledModel;
  settings: Computing;
  onNews: (news: TranscriptNews, seconds: number) => void;
  /** The child died or refused; the recording goes on until it is told otherwise. */
  onLost: (error: unknown) => void;
}

/**
 * One session: the sound goes to a file, and a transcribe job reads that file while it grows. So nothing gets lost when the child dies, a slow model
 * holds up nobody, and the text is that of the file.
 */
export class LiveRecording {
  private writing: Promise<void> = Promise.resolve();
  private queued = 0;
  private stopping = false;
  private readonly abort = new AbortController();
  private readonly ended: Promise<JobEnd>;

  private constructor(
    private readonly options: LiveRecordingOptions,
    private readonly file: RecordingFile,
  ) {
    const { id, desk, host, model, settings, onNews, onLost } = options;
    const spec = attemptSpec(desk.root, { job: { id, task: 'transcribe' } as DeskRecord['job'], input: file.path, denoise: null }, 0, settings);
    const runner: Parameters<typeof runJob>[0] = {
      run: (work, how) => host.run({ ...work, live: true }, { ...how, growth: file.growth, onPartial: (news) => onNews(news, file.seconds) }),
    };
    this.ended = runJob(runner, spec, model.files, this.abort.signal, () => undefined);
    void this.ended.then((end) => {
      if (!this.stopping && end.event === 'failed') onLost(new AppError(end.error.code, end.error.message, end.error.hint));
    });
  }

  static async start(options: LiveRecordingOptions): Promise<LiveRecording> {
    return new LiveRecording(options, await RecordingFile.create(options.desk.recordings));
  }

  get seconds(): number {
    return this.file.seconds;
  }

  get pid(): number | undefined {
    return this.options.host.pid;
  }

  /** Samples that wait for the disk. */
  get waiting(): number {
    return this.queued;
  }

  push(pcm: Float32Array): Promise<void> {
    this.queued += pcm.length;
    const written = this.writing.then(() => this.file.write(pcm)).finally(() => (this.queued -= pcm.length));
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** Waits for the last words. */
  async stop(): Promise<DeskJob> {
    this.stopping = true;
    await this.writing;
    await this.file.finish().catch(() => undefined); // a full disk: the length stays open, the sound is there
    return this.keep(await this.ended);
  }

  /** Keeps what was recorded as a failed job, to be run again. */
  async abandon(error: unknown): Promise<void> {
    const seconds = await this.end();
    if (seconds === 0) return this.remove();
    const { id } = this.options;
    const { code, message, hint } = error instanceof AppError ? error : new AppError('INTERNAL', error instanceof Error ? error.message : String(error));
    await this.keep({ event: 'failed', job: id, input: this.file.path, error: { code, message, hint: hint || 'Run it again.' } });
  }

  async discard(): Promise<void> {
    await this.end();
    await this.remove();
  }

  private async end(): Promise<number> {
    this.stopping = true;
    this.abort.abort();
    await this.writing;
    await this.file.finish().catch(() => undefined);
    await this.ended;
    return this.file.seconds;
  }

  private async keep(end: JobEnd): Promise<DeskJob> {
    const { id, desk, model, host } = this.options;
    void host.close();
    return desk.addRecording(id, this.file.path, model.files.id, end);
  }

  private async remove(): Promise<void> {
    const { id, desk, host } = this.options;
    void host.close();
    await rm(this.file.path, { force: true });
    await rm(path.join(desk.root, id), { recursive: true, force: true });
  }
}
