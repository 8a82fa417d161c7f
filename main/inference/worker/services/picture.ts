import { readFile } from 'node:fs/promises';
import sharp from '../media/sharp';
import type { ServiceParams, ServiceResult } from '../../../contract/worker-services';
import { checkInputFile } from '../../../fs/input-file';
import { writeStaged } from '../../../fs/staging';
import { displayRaster, isDisplayReady } from '../../../../models/tasks/segment/display';
import { imageFormat, openImage } from '../media/image';
import { rasterPng } from '../sinks/raster-png';

const FAST = 1; // zlib's level: it is written once and read on the same machine

const SHOWN_BY_BROWSERS: Record<string, string> = { PNG: 'image/png', JPEG: 'image/jpeg', WebP: 'image/webp', GIF: 'image/gif', AVIF: 'image/avif' };

/**
 * What the canvas shows of a picture, the same pixels as a job sees. Errors: those of `openImage`.
 * The original serves where a browser shows it alike: 8 bits, not CMYK, not dark, nothing transparent (jobs see white there), one picture only, stored upright:
 * Chromium cuts black tiles from a bitmap that it has turned.
 */
export async function drawPicture({ input, staged }: ServiceParams<'picture'>): Promise<ServiceResult<'picture'>> {
  await checkInputFile(input);
  const bytes = await readFile(input);
  const format = imageFormat(bytes);
  const image = await openImage(bytes);
  const original = isDisplayReady(image) && (await isPlain(bytes)) ? SHOWN_BY_BROWSERS[format] : undefined;
  if (original === undefined) await writeStaged(staged, await rasterPng(displayRaster(image), FAST));
  return { original: original ?? null };
}

async function isPlain(bytes: Uint8Array): Promise<boolean> {
  const source = sharp(bytes, { limitInputPixels: false });
  const { space, hasAlpha, pages = 1, orientation = 1 } = await source.metadata();
  return space !== 'cmyk' && pages === 1 && orientation === 1 && (!hasAlpha || (await source.stats()).isOpaque);
}
