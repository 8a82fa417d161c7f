import sharp from '../media/sharp';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { openAudio } from '../media/audio';
import { openFileBytes } from '../media/audio/file-bytes';
import { damagedImage, imageFormat, samplesOf } from '../media/image';

const HEAD_BYTES = 4096;

/** What the headers say of a picture (upright, without alpha) or a recording. Errors: those of `openImage` and `openAudio`. */
export async function readFacts({ input, kind }: ServiceParams<'facts'>): Promise<ServiceResult<'facts'>> {
  if (kind === 'audio') return { kind, seconds: (await openAudio({ path: input })).durationHint ?? null };
  const format = imageFormat(await (await openFileBytes(input)).read(0, HEAD_BYTES));
  try {
    const metadata = await sharp(input, { limitInputPixels: false }).metadata();
    const { pages = 1 } = metadata; // of a TIFF, frames of a GIF or WebP
    return { kind, ...metadata.autoOrient, ...samplesOf(metadata), ...(pages > 1 && { pages }) };
  } catch (error) {
    throw damagedImage(format, error);
  }
}
