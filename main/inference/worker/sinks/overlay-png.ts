import sharp from 'sharp';
import { intensityRange } from '../../../../models/tasks/segment/normalize';
import type { LabelImage, Raster } from '../../../../models/tasks/segment/raster';
import type { Color } from '../../../../models/tasks/segment/colors';

const FILL = 0.35; // opacity inside an instance
const OUTLINE = 0.95; // and on its rim, one pixel wide

/** The picture with each instance tinted and outlined in its colour (element `label` of `colors`), as an 8-bit RGB PNG. */
export async function overlayPng(image: Raster, instances: LabelImage, colors: readonly Color[]): Promise<Uint8Array> {
  const { width, height } = image;
  const { labels } = instances;
  const shades = displayTable(image);
  const pixels = new Uint8Array(3 * width * height);
  const isRim = (x: number, y: number, at: number) => {
    const label = labels[at];
    return (
      (x > 0 && labels[at - 1] !== label) ||
      (x < width - 1 && labels[at + 1] !== label) ||
      (y > 0 && labels[at - width] !== label) ||
      (y < height - 1 && labels[at + width] !== label)
    );
  };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const label = labels[at]!;
      const opacity = label === 0 ? 0 : isRim(x, y, at) ? OUTLINE : FILL;
      for (let channel = 0; channel < 3; channel++) {
        const shade = shades[image.data[image.channels === 3 ? 3 * at + channel : at]!]!;
        pixels[3 * at + channel] = Math.round(shade + (colors[label]![channel]! - shade) * opacity);
      }
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false }).png({ compressionLevel: 6 }).toBuffer();
}

/** Sample value -> 8-bit shade. Where a picture uses less than half of its range, as dark or 12-bit ones do, the used part is stretched. */
function displayTable(image: Raster): Float32Array {
  const brightest = 2 ** image.bitDepth - 1;
  const used = intensityRange(image, 0.1, 99.9);
  const { low, high } = used.high - used.low < brightest / 2 ? used : { low: 0, high: brightest };
  const spread = Math.max(high - low, 1);
  return Float32Array.from({ length: brightest + 1 }, (_, value) => 255 * Math.min(Math.max((value - low) / spread, 0), 1));
}
