import type { PictureInput } from '../../cards/card';
import type { Raster } from '../segment/raster';
import { resampled } from './resample';

/**
 * A picture as a classifier reads it, [3, crop, crop]: resized so that its shorter side is `resize`, the middle cut out, (x - mean) / std of values
 * from 0 to 1. Equal to what torchvision makes of a Pillow image; a grey channel is repeated, 16-bit samples are rounded to 8 first.
 */
export function pictureInput(image: Raster, { resize, crop, filter, mean, std }: Omit<PictureInput, 'kind'>): Float32Array {
  const longer = (side: number, shorter: number) => Math.trunc((resize * side) / shorter);
  const [width, height] = image.width <= image.height ? [resize, longer(image.height, image.width)] : [longer(image.width, image.height), resize];
  const window = { left: halfEven((width - crop) / 2), top: halfEven((height - crop) / 2), width: crop, height: crop };
  const { data, channels } = resampled({ ...image, data: bytes(image) }, { width, height }, window, filter);
  const plane = crop * crop;
  const input = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const [from, m, s] = [Math.min(channel, channels - 1), mean[channel]!, std[channel]!];
    for (let i = 0; i < plane; i++) input[channel * plane + i] = (data[i * channels + from]! / 255 - m) / s;
  }
  return input;
}

function bytes({ data }: Raster): Uint8Array {
  return data instanceof Uint8Array ? data : Uint8Array.from(data, (sample) => Math.round(sample / 257));
}

/** As Python rounds: halves to the even neighbour. */
function halfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
