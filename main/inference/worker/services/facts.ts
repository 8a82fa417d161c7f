import sharp from 'sharp';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { checkInputFile } from '../../../fs/input-file';
import { openAudio } from '../media/audio';
import { damagedImage, imageFormat } from '../media/image';
import { openFileBytes } from '../media/audio/file-bytes';

const HEAD_BYTES = 4096;

/** What the headers say of a picture (upright, without alpha) or a recording. Errors: those of `openImage` and `openAudio`. */
export async function readFacts({ input, kind }: ServiceParams<'facts'>): Promise<ServiceResult<'facts'>> {
  if (kind === 'audio') return { kind, seconds: (await openAudio({ path: input })).durationHint ?? null };
  await checkInputFile(input);
  const format = imageFormat(await (await openFileBytes(input)).read(0, HEAD_BYTES));
  const { autoOrient, space, depth } = await sharp(input, { limitInputPixels: false }).metadata().catch((error: unknown) => Promise.reject(damagedImage(format, error)));
  return { kind, ...autoOrient, channels: space === 'b-w' || space === 'grey16' ? 1 : 3, bitDepth: depth === 'ushort' ? 16 : 8 };
}
