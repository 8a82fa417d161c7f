import { readError } from '../../../fs/system-errors';
import { AppError } from '../../../contract/errors';
import { Resampler } from '../../../../models/tasks/transcribe/resample';
import { damaged } from './audio/faults';
import { openFileBytes, type FileBytes } from './audio/file-bytes';
import { mono } from './audio/mono';
import { sniff, type AudioFormat } from './audio/sniff';
import type { PcmStream } from './audio/stream';

export interface AudioSource {
  path: string;
}

/** Mono sound in blocks of any length, samples nominally in [-1, 1]. It can be iterated once. */
export interface AudioStream extends AsyncIterable<Float32Array> {
  durationHint?: number; // seconds, from the file's headers or an estimate
  sampleRate: number; // Hz
}

export const SPEECH_RATE = 16_000; // Hz

/** Decoders are loaded with the first file that needs them: most children hear one format. */
const readers: Record<AudioFormat, (file: FileBytes, start: number) => Promise<PcmStream>> = {
  wav: async (file) => (await import('./audio/wav')).openWav(file),
  flac: async (file, start) => (await import('./audio/flac/flac')).openFlac(file, start),
  mp3: async (file, start) => (await import('./audio/mpeg/mpeg')).openMpeg(file, start),
  adts: async (file, start) => (await import('./audio/aac')).openAdts(file, start),
  ogg: async (file, start) => (await import('./audio/ogg')).openOgg(file, start),
  mp4: async (file) => (await import('./audio/container')).openContainer(file, 'mp4'),
  matroska: async (file) => (await import('./audio/container')).openContainer(file, 'matroska'),
};

/**
 * Opens a recording of any readable format, rate and channel count; it is decoded, mixed to mono and resampled to `sampleRate` (Hz) block by block, in constant memory.
 * Errors, here or while iterating: FILE_NOT_FOUND, NOT_A_FILE, NO_ACCESS, EMPTY_FILE, UNKNOWN_FORMAT, WRONG_TASK (an image), BAD_MEDIA.
 */
export async function openAudio(source: AudioSource, sampleRate = SPEECH_RATE): Promise<AudioStream> {
  try {
    const file = await openFileBytes(source.path);
    const { format, start } = await sniff(file);
    const stream = await readers[format](file, start);
    return {
      ...(stream.durationHint !== undefined && { durationHint: stream.durationHint }),
      sampleRate,
      [Symbol.asyncIterator]: () => resampled(stream, source.path, sampleRate),
    };
  } catch (error) {
    throw asAppError(error, source.path);
  }
}

async function* resampled(stream: PcmStream, path: string, rate: number): AsyncGenerator<Float32Array> {
  let resampler: Resampler | undefined;
  let samples = 0;
  try {
    for await (const { sampleRate, channels } of stream.blocks) {
      if (resampler?.inputRate !== sampleRate) {
        if (resampler) yield resampler.finish();
        resampler = new Resampler(sampleRate, rate);
      }
      samples += channels[0]!.length;
      yield resampler.push(mono(channels));
    }
    if (resampler) yield resampler.finish();
  } catch (error) {
    throw asAppError(error, path);
  }
  if (samples === 0) throw new AppError('EMPTY_FILE', `${path} holds no sound`, 'Record or export it again.');
}

/** What a decoder throws at broken data has no code: the file is to blame. */
function asAppError(error: unknown, path: string): AppError {
  const known = readError(error, path);
  if (known instanceof AppError) return known;
  return damaged(`${path} cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
}
