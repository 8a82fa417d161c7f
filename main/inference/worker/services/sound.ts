import { rm } from 'node:fs/promises';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { openAudio } from '../media/audio';
import { WavWriter } from '../sinks/wav-writer';
import type { ServiceContext } from './run-service';

/** A recording of any readable format as WAV, 16 kHz mono, in constant memory. Errors: those of `openAudio`, DISK_FULL. */
export async function convertSound({ input, staged }: ServiceParams<'sound'>, { signal, progress }: ServiceContext): Promise<ServiceResult<'sound'>> {
  const audio = await openAudio({ path: input });
  const writer = await WavWriter.create(staged, audio.sampleRate);
  try {
    for await (const pcm of audio) {
      signal.throwIfAborted();
      await writer.write(pcm);
      if (audio.durationHint) progress('sound', Math.min(1, writer.seconds / audio.durationHint));
    }
    await writer.close();
    return { seconds: writer.seconds };
  } catch (error) {
    await writer.close(false);
    await rm(staged, { force: true });
    throw error;
  }
}
