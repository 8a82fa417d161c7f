import { open, type FileHandle } from 'node:fs/promises';
import { toInt16 } from '../../../../models/tasks/enhance/int16';
import { WAV_HEADER_BYTES, wavHeader } from '../../../../models/tasks/sound/wav-header';
import { writeError } from '../../../fs/system-errors';

/** A mono WAV file of 16-bit integers that is written piece by piece. Errors: DISK_FULL, OUTPUT_NOT_WRITABLE. */
export class WavWriter {
  private samples = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly file: string,
    private readonly sampleRate: number,
  ) {}

  /** `file` must not be there yet. */
  static async create(file: string, sampleRate: number): Promise<WavWriter> {
    const handle = await open(file, 'wx').catch((error: unknown) => Promise.reject(writeError(error, file)));
    const writer = new WavWriter(handle, file, sampleRate);
    await writer.put(writer.header(), 0);
    return writer;
  }

  get seconds(): number {
    return this.samples / this.sampleRate;
  }

  async write(pcm: Float32Array): Promise<void> {
    const bytes = Buffer.alloc(2 * pcm.length);
    for (let i = 0; i < pcm.length; i++) bytes.writeInt16LE(toInt16(pcm[i]!), 2 * i);
    await this.put(bytes, WAV_HEADER_BYTES + 2 * this.samples);
    this.samples += pcm.length;
  }

  /** Without `whole` the header keeps saying nothing of the length: the file is about to be removed. */
  async close(whole = true): Promise<void> {
    try {
      if (whole) await this.put(this.header(), 0);
    } finally {
      await this.handle.close();
    }
  }

  private async put(bytes: Uint8Array, position: number): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    } catch (error) {
      throw writeError(error, this.file);
    }
  }

  private header(): Uint8Array {
    return wavHeader(this.sampleRate, this.samples);
  }
}
