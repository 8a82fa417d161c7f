import { open, type FileHandle } from 'node:fs/promises';
import { toInt16 } from '../../../../models/tasks/enhance/int16';
import { writeError } from '../../../fs/system-errors';

const HEADER_BYTES = 44;
const LONGEST = 0xffffffff; // what a size in the header can say; readers take it as "to the end of the file"

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
    await this.put(bytes, HEADER_BYTES + 2 * this.samples);
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

  private header(): Buffer {
    const size = 2 * this.samples;
    const header = Buffer.alloc(HEADER_BYTES);
    header.write('RIFF', 0, 'latin1');
    header.writeUInt32LE(Math.min(LONGEST, size + HEADER_BYTES - 8), 4);
    header.write('WAVEfmt ', 8, 'latin1');
    header.writeUInt32LE(16, 16); // bytes of the format
    header.writeUInt16LE(1, 20); // integers
    header.writeUInt16LE(1, 22); // channels
    header.writeUInt32LE(this.sampleRate, 24);
    header.writeUInt32LE(2 * this.sampleRate, 28); // bytes a second
    header.writeUInt16LE(2, 32); // bytes a frame
    header.writeUInt16LE(16, 34); // bits a sample
    header.write('data', 36, 'latin1');
    header.writeUInt32LE(Math.min(LONGEST, size), 40);
    return header;
  }
}
