import { mkdir, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { spectrogramFile, WAVEFORM_FILE } from '../../../contract/overview';
import { PEAKS_PER_SECOND, SPECTROGRAM_BANDS, SPECTROGRAM_COLUMNS_PER_SECOND, SPECTROGRAM_TILE_SECONDS } from '../../../contract/resources';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { writeError } from '../../../fs/system-errors';
import { MelColumns } from '../../../../models/tasks/sound/mel-columns';
import { PeakMeter } from '../../../../models/tasks/sound/peaks';
import { openAudio, type AudioStream } from '../media/audio';
import { rasterPng } from '../sinks/raster-png';
import type { ServiceContext } from './run-service';

const WINDOW = 1024; // samples: 64 ms
const TILE_COLUMNS = SPECTROGRAM_TILE_SECONDS * SPECTROGRAM_COLUMNS_PER_SECOND;

/** The waveform and the spectrogram of a recording in one pass over it; memory is that of one tile. Errors: those of `openAudio`, DISK_FULL. */
export async function drawOverview({ input, staged }: ServiceParams<'overview'>, context: ServiceContext): Promise<ServiceResult<'overview'>> {
  const audio = await openAudio({ path: input });
  try {
    await mkdir(staged);
    const waveform = await open(path.join(staged, WAVEFORM_FILE), 'wx');
    try {
      return await draw(audio, waveform, staged, context);
    } finally {
      await waveform.close();
    }
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw writeError(error, staged);
  }
}

async function draw(audio: AudioStream, waveform: FileHandle, folder: string, { signal, progress }: ServiceContext): Promise<ServiceResult<'overview'>> {
  const peaks = new PeakMeter(audio.sampleRate / PEAKS_PER_SECOND);
  const mel = new MelColumns({ sampleRate: audio.sampleRate, hop: audio.sampleRate / SPECTROGRAM_COLUMNS_PER_SECOND, fft: WINDOW, bands: SPECTROGRAM_BANDS });
  const tiles = new TileFiles(folder);
  let samples = 0;
  for await (const pcm of audio) {
    signal.throwIfAborted();
    samples += pcm.length;
    await waveform.appendFile(bytesOf(peaks.push(pcm)));
    for (const column of mel.push(pcm)) await tiles.add(column);
    if (audio.durationHint) progress('overview', Math.min(1, samples / audio.sampleRate / audio.durationHint));
  }
  await waveform.appendFile(bytesOf(peaks.finish()));
  for (const column of mel.finish()) await tiles.add(column);
  return { seconds: samples / audio.sampleRate, tiles: await tiles.finish() };
}

/** Columns side by side as PNG files of equal width, but for the last; low bands at the bottom. */
class TileFiles {
  private columns: Uint8Array[] = [];
  private count = 0;

  constructor(private readonly folder: string) {}

  async add(column: Uint8Array): Promise<void> {
    this.columns.push(column);
    if (this.columns.length === TILE_COLUMNS) await this.flush();
  }

  /** How many files there are. */
  async finish(): Promise<number> {
    if (this.columns.length > 0) await this.flush();
    return this.count;
  }

  private async flush(): Promise<void> {
    const width = this.columns.length;
    const data = new Uint8Array(width * SPECTROGRAM_BANDS);
    for (const [x, column] of this.columns.entries()) {
      for (let band = 0; band < SPECTROGRAM_BANDS; band++) data[(SPECTROGRAM_BANDS - 1 - band) * width + x] = column[band]!;
    }
    await writeFile(path.join(this.folder, spectrogramFile(this.count++)), await rasterPng({ width, height: SPECTROGRAM_BANDS, channels: 1, data, bitDepth: 8 }, 3));
    this.columns = [];
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int8Array) => new Uint8Array(buffer, byteOffset, byteLength);
