import { readFile } from 'node:fs/promises';
import sharp from '../media/sharp';
import { THUMBNAIL_SIDE, type ServiceParams, type ServiceResult } from '../../../contract/worker-services';
import { checkInputFile } from '../../../fs/input-file';
import { writeStaged } from '../../../fs/staging';
import { displayRaster } from '../../../../models/tasks/segment/display';
import { openImage } from '../media/image';

/** A small WebP of a picture as it is shown: upright, dark and 16-bit ones stretched. Errors: those of `openImage`. */
export async function drawThumbnail({ input, staged }: ServiceParams<'thumbnail'>): Promise<ServiceResult<'thumbnail'>> {
  await checkInputFile(input);
  const { data, width, height, channels } = displayRaster(await openImage(await readFile(input), { within: THUMBNAIL_SIDE }));
  await writeStaged(staged, await sharp(data, { raw: { width, height, channels } }).webp({ quality: 80, effort: 2 }).toBuffer());
  return {};
}
