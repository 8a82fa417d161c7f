/** Pictures made of a picture and its instances, as 8-bit pixels. `colors` holds a colour for each label; where it is `null` the instance is hidden. */
import type { Color } from './colors';
import type { LabelImage } from './raster';

/** Interleaved samples, row by row; a fourth channel is not looked at. */
export interface Samples {
  data: Uint8Array | Uint8ClampedArray | Uint16Array;
  channels: 1 | 3 | 4;
}

export interface Tint {
  fill: number; // opacity inside an instance
  outline: number; // and on its rim, one pixel wide
}

export const TINT: Tint = { fill: 0.35, outline: 0.95 };

/** The shades of 8-bit samples: as they are. */
export const PLAIN_SHADES = Float32Array.from({ length: 256 }, (_, value) => value);

/** RGB: each instance tinted and outlined in its colour. `shades` turns a sample into a shade 0 to 255. */
export function overlayPixels({ data, channels }: Samples, shades: Float32Array, image: LabelImage, colors: readonly (Color | null)[], tint: Tint = TINT): Uint8Array {
  const { width, height, labels } = image;
  const pixels = new Uint8Array(3 * width * height);
  const next = channels === 1 ? 0 : 1; // from one colour to the next
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const color = colors[labels[at]!] ?? null;
      const opacity = labels[at] === 0 || color === null ? 0 : isRim(image, x, y, at) ? tint.outline : tint.fill;
      for (let channel = 0; channel < 3; channel++) {
        const shade = shades[data[channels * at + channel * next]!]!;
        pixels[3 * at + channel] = Math.round(opacity === 0 ? shade : shade + (color![channel]! - shade) * opacity);
      }
    }
  }
  return pixels;
}

/** RGBA: the picture inside of the instances that show, transparent black elsewhere. */
export function cutoutPixels({ data, channels }: Samples, shades: Float32Array, { width, height, labels }: LabelImage, colors: readonly (Color | null)[]): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const next = channels === 1 ? 0 : 1;
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at]!;
    if (label === 0 || !colors[label]) continue;
    for (let channel = 0; channel < 3; channel++) pixels[4 * at + channel] = shades[data[channels * at + channel * next]!]!;
    pixels[4 * at + 3] = 255;
  }
  return pixels;
}

/** Whether one of the four neighbours belongs elsewhere; the picture's border is no rim. */
function isRim({ width, height, labels }: LabelImage, x: number, y: number, at: number): boolean {
  const label = labels[at];
  return (
    (x > 0 && labels[at - 1] !== label) ||
    (x < width - 1 && labels[at + 1] !== label) ||
    (y > 0 && labels[at - width] !== label) ||
    (y < height - 1 && labels[at + width] !== label)
  );
}
