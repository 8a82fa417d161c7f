import { zlibSync } from 'fflate';
import { ModelError } from '../../errors';
import { writePng } from '../png';
import type { Color } from './colors';
import type { LabelImage } from './raster';

const INDEXED_LIMIT = 255;
const GREY16_LIMIT = 65535;
const LEVEL = 3; // of zlib: label maps shrink to a hundredth in any case

/** Bytes to a zlib stream, by whatever is fast where the program runs. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;

/**
 * The label map as a lossless PNG: a pixel's value is its instance's number, 0 outside. Up to 255 instances as indexed 8-bit with `colors`
 * (element `label`) as palette, above as 16-bit greyscale. Throws TOO_LARGE above 65535 instances.
 */
export function labelPng({ width, height, labels, count }: LabelImage, colors: readonly Color[], deflate: Deflate = (bytes) => zlibSync(bytes, { level: LEVEL })): Uint8Array {
  if (count > GREY16_LIMIT) {
    throw new ModelError('TOO_LARGE', `a label PNG holds at most ${GREY16_LIMIT} instances, ${count} were found`, 'Choose the format "coco" or "csv", or cut the picture into parts.');
  }
  const wide = count > INDEXED_LIMIT;
  const lines = differences(labels, width, height, wide ? 2 : 1);
  return writePng({ width, height, ...(wide ? { depth: 16 } : { depth: 8, palette: colors }) }, deflate(lines));
}

/** The lines with the PNG filter "up": what differs from the line above, which in a label map is next to nothing. `bytes`: of a pixel, the highest first. */
function differences(labels: Int32Array, width: number, height: number, bytes: 1 | 2): Uint8Array {
  const UP = 2;
  const stride = 1 + width * bytes;
  const lines = new Uint8Array(height * stride);
  for (let y = 0, pixel = 0, at = 0; y < height; y++) {
    lines[at++] = UP;
    for (let x = 0; x < width; x++, pixel++) {
      const label = labels[pixel]!;
      const above = y === 0 ? 0 : labels[pixel - width]!;
      if (bytes === 2) lines[at++] = (label >> 8) - (above >> 8);
      lines[at++] = label - above; // kept modulo 256, as the filter wants it
    }
  }
  return lines;
}
