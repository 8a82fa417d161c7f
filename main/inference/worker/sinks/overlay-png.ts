import sharp from '../media/sharp';
import { overlayPixels } from '../../../../models/tasks/segment/composition';
import { displayTable } from '../../../../models/tasks/segment/display';
import type { LabelImage, Raster } from '../../../../models/tasks/segment/raster';
import type { Color } from '../../../../models/tasks/segment/colors';

/** The picture with each instance tinted and outlined in its colour (element `label` of `colors`), as an 8-bit RGB PNG. */
export async function overlayPng(image: Raster, instances: LabelImage, colors: readonly Color[]): Promise<Uint8Array> {
  const { width, height } = image;
  const pixels = overlayPixels(image, displayTable(image), instances, colors);
  return sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false }).png({ compressionLevel: 6 }).toBuffer();
}
