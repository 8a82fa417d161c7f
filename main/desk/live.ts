import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Publish } from '../contract/api';
import type { DeskJob, LiveSession } from '../contract/desk';
import { AppError } from '../contract/errors';
import type { Task } from '../contract/formats';
import type { Computing } from '../contract/settings';
import { LIVE_SAMPLE_RATE } from '../contract/worker-messages';
import type { InferenceHost } from '../inference/host';
import type { InstalledModel } from '../library/bundled';
import type { Desk } from './desk';
import { LiveRecording } from './live-recording';
import { closeRecording } from './recording-file';

const SESSIONS = 4; // at once: each has a child of its own
const LONGEST_PUSH = 60 * LIVE_SAMPLE_RATE; // samples
const LONGEST_QUEUE = 120 * LIVE_SAMPLE_RATE;
const SILENT_MS = 60_000; // without any sound the window has gone

export interface LiveOptions {
  desk: Desk;
  /** A child for each session, so that it never waits behind a job. */
  newHost: () => InferenceHost;
  models: { findFor(task: Task, id?: string): Promise<InstalledModel> };
  settings: { get(): Computing };
  publish: Publish;
  warn: (message: string) => void;
  silentMs?: number;
}

/** Transcripts of the microphone while somebody speaks. Each session ends as a job of the desk, however it ends. */
export class Live {
  private readonly sessions = new Map<string, LiveRecording>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly options: LiveOptions) {}

  /** Throws AppError UNKNOWN_MODEL, WRONG_TASK, NOT_AVAILABLE (too many at once), OUTPUT_NOT_WRITABLE, DISK_FULL. */
  async start({ model: id }: { model?: string | undefined } = {}): Promise<LiveSession> {
    const { desk, models, newHost, settings, publish } = this.options;
    const model = await models.findFor('transcribe', id);
    if (this.sessions.size >= SESSIONS) throw new AppError('NOT_AVAILABLE', `${SESSIONS} recordings are running already`, 'Stop one of them.');
    const session = randomUUID();
    const recording = await LiveRecording.start({
      id: session, desk, host: newHost(), model, settings: settings.get(),
      onNews: (news, seconds) => publish('live', { session, seconds, ...news }),
      onLost: (error) => void this.lost(session, error),
    });
    this.sessions.set(session, recording);
    this.listenFor(session);
    return { session, sampleRate: LIVE_SAMPLE_RATE, model: model.files.id };
  }

  /** Mono samples at 16 kHz, any number of them up to a minute. Resolves when they are on the disk: that slows down who sends too fast. */
  async push(session: string, pcm: Float32Array): Promise<void> {
    const recording = this.get(session);
    if (pcm.length > LONGEST_PUSH) throw new AppError('TOO_LARGE', `At most ${LONGEST_PUSH} samples at once were expected, ${pcm.length} came`, 'Send less at a time.');
    if (recording.waiting + pcm.length > LONGEST_QUEUE) throw new AppError('TOO_LARGE', 'Sound comes faster than the disk takes it', 'Wait for the answer before sending more.');
    this.listenFor(session);
    try {
      await recording.push(pcm);
    } catch (error) {
      await this.lost(session, error);
      throw error;
    }
  }

  /** The finished job, once the last word is there. Throws EMPTY_FILE where nothing was recorded, which leaves no job. */
  async stop(session: string): Promise<DeskJob> {
    const recording = this.take(session);
    if (recording.seconds === 0) {
      await recording.discard();
      throw new AppError('EMPTY_FILE', 'Nothing was recorded', 'Check that the microphone is connected and allowed.');
    }
    return recording.stop();
  }

  /** As if it had never been. */
  async discard(session: string): Promise<void> {
    await this.take(session).discard();
  }

  /** Makes jobs of what a program that died was recording. */
  async recover(): Promise<void> {
    const { desk, models, warn } = this.options;
    for (const name of (await readdir(desk.recordings).catch(() => [])).filter((each) => each.endsWith('.wav')).sort()) {
      const file = path.join(desk.recordings, name);
      if (desk.hasInput(file)) continue;
      try {
        if ((await closeRecording(file)) === 0) {
          await rm(file);
          continue;
        }
        const id = randomUUID();
        const error = { code: 'WORKER_CRASHED', message: 'Mamba Studio ended while this was recorded', hint: 'Run it again: the recording is complete up to then.' } as const;
        await desk.addRecording(id, file, (await models.findFor('transcribe')).files.id, { event: 'failed', job: id, input: file, error });
      } catch (error) {
        warn(`${file} could not be recovered: ${messageOf(error)}`);
      }
    }
  }

  get pids(): number[] {
    return [...this.sessions.values()].map(({ pid }) => pid).filter((pid) => pid !== undefined);
  }

  /** Ends all sessions; what was recorded stays. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.sessions.keys()].map((session) => this.take(session).abandon(new AppError('CANCELLED', 'Mamba Studio was closed while this was recorded', 'Run it again.'))));
  }

  private get(session: string): LiveRecording {
    const recording = this.sessions.get(session);
    if (!recording) throw new AppError('NOT_ALLOWED', `No recording ${session.slice(0, 64)} is running`, 'Start a new one.');
    return recording;
  }

  private take(session: string): LiveRecording {
    const recording = this.get(session);
    this.sessions.delete(session);
    clearTimeout(this.timers.get(session));
    this.timers.delete(session);
    return recording;
  }

  private async lost(session: string, error: unknown): Promise<void> {
    if (!this.sessions.has(session)) return;
    await this.take(session).abandon(error).catch((worse: unknown) => this.options.warn(`A recording could not be kept: ${messageOf(worse)}`));
    this.options.publish('liveEnded', { session, error: messageOf(error) });
  }

  private listenFor(session: string): void {
    clearTimeout(this.timers.get(session));
    const timer = setTimeout(() => void this.lost(session, new AppError('CONNECTION_LOST', 'No more sound came from the microphone', 'What was recorded is kept. Run it again, or record anew.')), this.options.silentMs ?? SILENT_MS);
    timer.unref();
    this.timers.set(session, timer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
