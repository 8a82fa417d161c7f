import { zlibSync } from 'fflate';
import { ModelError } from '../../errors';
import { writePng } from '../png';
import type { Color } from './colors';
import type { LabelImage } from './raster';
import { labelledRuns } from './runs';

const INDEXED_LIMIT = 255;
const GREY16_LIMIT = 65535;
const LEVEL = 3; // of zlib: label maps shrink to a hundredth in any case

/** Bytes to a zlib stream, by whatever is fast where the program runs. */
export type Deflate = (bytes: Uint8Array) => Uint8Array;

/**
 * The label map as a lossless PNG: a pixel's value is its instance's number, 0 outside. Up to 255 instances as indexed 8-bit with `colors`
 * (element `label`) as palette, above as 16-bit greyscale. Throws TOO_LARGE above 65535 instances.
 */
export function labelPng(image: LabelImage, colors: readonly Color[], deflate: Deflate = (bytes) => zlibSync(bytes, { level: LEVEL })): Uint8Array {
  const { width, height, count } = image;
  if (count > GREY16_LIMIT) {
    throw new ModelError('TOO_LARGE', `a label PNG holds at most ${GREY16_LIMIT} instances, ${count} were found`, 'Choose the format "coco" or "csv", or cut the picture into parts.');
  }
  const wide = count > INDEXED_LIMIT;
  const lines = differences(image, wide ? 2 : 1);
  return writePng({ width, height, ...(wide ? { depth: 16 } : { depth: 8, palette: colors }) }, deflate(lines));
}

/** The lines with the PNG filter "up": what differs from the line above, which in a label map is next to nothing. `bytes`: of a pixel, the highest first. */
function differences({ labels, width, height, runs = labelledRuns(labels, width) }: LabelImage, bytes: 1 | 2): Uint8Array {
  const UP = 2;
  const stride = 1 + width * bytes;
  const lines = new Uint8Array((height + 1) * stride); // one more than there are, for what the last differs from nothing
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width);
    let at = y * stride + 1 + (runs[i]! - y * width) * bytes;
    for (let pixel = runs[i]!; pixel < runs[i + 1]!; pixel++) {
      const label = labels[pixel]!;
      if (bytes === 2) {
        lines[at]! += label >> 8; // kept modulo 256, as the filter wants it
        lines[at++ + stride]! -= label >> 8;
      }
      lines[at]! += label;
      lines[at++ + stride]! -= label;
    }
  }
  for (let line = 0; line < height; line++) lines[line * stride] = UP;
  return lines.subarray(0, height * stride);
}
