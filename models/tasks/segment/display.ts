import { intensityRange } from './normalize';
import type { Raster } from './raster';

/** Sample value -> 8-bit shade. Where a picture uses less than half of its range, as dark or 12-bit ones do, the used part is stretched. */
export function displayTable(image: Raster): Float32Array {
  const brightest = 2 ** image.bitDepth - 1;
  const { low, high } = stretch(image) ?? { low: 0, high: brightest };
  const spread = Math.max(high - low, 1);
  return Float32Array.from({ length: brightest + 1 }, (_, value) => 255 * Math.min(Math.max((value - low) / spread, 0), 1));
}

/** Whether it is shown as it is: 8 bits, of which it uses the better part. */
export function isDisplayReady(image: Raster): boolean {
  return image.bitDepth === 8 && stretch(image) === undefined;
}

/** What is shown of a picture, in 8 bits; the picture itself where that is the same. */
export function displayRaster(image: Raster): Raster & { data: Uint8Array } {
  const { data } = image;
  if (data instanceof Uint8Array && isDisplayReady(image)) return { ...image, data };
  const shades = Uint8Array.from(displayTable(image), Math.round);
  const shown = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) shown[i] = shades[data[i]!]!;
  return { ...image, data: shown, bitDepth: 8 };
}

/** undefined where the picture uses enough of its range, or has one value only, of which nothing can be stretched. */
function stretch(image: Raster): { low: number; high: number } | undefined {
  const used = intensityRange(image, 0.1, 99.9);
  const spread = used.high - used.low;
  return spread > 0 && spread < (2 ** image.bitDepth - 1) / 2 ? used : undefined;
}
