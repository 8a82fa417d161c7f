import { existsSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { LIVE_SAMPLE_RATE, type Growth } from '../contract/worker-messages';
import { writeError } from '../fs/system-errors';
import { toInt16 } from '../../models/tasks/enhance/int16';
import { WAV_HEADER_BYTES, wavHeader } from '../../models/tasks/sound/wav-header';

/** A recording that goes to the disk as it comes: mono, 16 bits, 16 kHz. Its header leaves the length open until the end, so it can be read at any moment. */
export class RecordingFile {
  private samples = 0;
  private ended = false;
  private readonly listeners = new Set<(growth: Growth) => void>();

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** Named by the time; an older recording is never touched. Throws OUTPUT_NOT_WRITABLE, DISK_FULL. */
  static async create(folder: string, now = new Date()): Promise<RecordingFile> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => Promise.reject(writeError(error, folder)));
    const file = freeName(folder, now);
    try {
      const handle = await open(file, 'wx');
      const recording = new RecordingFile(file, handle);
      await recording.put(wavHeader(LIVE_SAMPLE_RATE), 0).catch(async (error: unknown) => {
        await handle.close();
        throw error;
      });
      return recording;
    } catch (error) {
      throw writeError(error, file);
    }
  }

  get seconds(): number {
    return this.samples / LIVE_SAMPLE_RATE;
  }

  /** Resolves when the system has the sound. One call at a time. */
  async write(pcm: Float32Array): Promise<void> {
    const bytes = Buffer.alloc(2 * pcm.length);
    for (let i = 0; i < pcm.length; i++) bytes.writeInt16LE(toInt16(pcm[i]!) || 0, 2 * i); // a sample that is no number is silence
    await this.put(bytes, WAV_HEADER_BYTES + 2 * this.samples);
    this.samples += pcm.length;
    this.tell();
  }

  /** Fills in the length, makes all durable, and tells that no more will come. */
  async finish(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    try {
      await this.put(wavHeader(LIVE_SAMPLE_RATE, this.samples), 0);
      await this.handle.sync();
    } finally {
      await this.handle.close();
      this.tell();
    }
  }

  /** Tells `listener` how far the recording is, now and whenever it grows. */
  readonly growth = (listener: (growth: Growth) => void): (() => void) => {
    this.listeners.add(listener);
    listener({ samples: this.samples, ended: this.ended });
    return () => void this.listeners.delete(listener);
  };

  private tell(): void {
    for (const listener of [...this.listeners]) listener({ samples: this.samples, ended: this.ended });
  }

  private async put(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    } catch (error) {
      throw writeError(error, this.path);
    }
  }
}

/** Gives a recording that a dying program left the length that it has. Gives its seconds. */
export async function closeRecording(file: string): Promise<number> {
  const handle = await open(file, 'r+');
  try {
    const samples = Math.max(0, Math.floor(((await handle.stat()).size - WAV_HEADER_BYTES) / 2));
    if (samples > 0) await handle.write(wavHeader(LIVE_SAMPLE_RATE, samples), 0, WAV_HEADER_BYTES, 0);
    return samples / LIVE_SAMPLE_RATE;
  } finally {
    await handle.close();
  }
}

/** Recording 2026-03-31 14.05.09.wav, in local time; numbered where there is one already. */
function freeName(folder: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const base = `Recording ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}`;
  for (let n = 1; ; n++) {
    const file = path.join(folder, `${base}${n === 1 ? '' : ` (${n})`}.wav`);
    if (!existsSync(file)) return file;
  }
}
