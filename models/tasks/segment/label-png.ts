import { encode } from 'fast-png';
import { ModelError } from '../../errors';
import type { Color } from './colors';
import type { LabelImage } from './raster';

const INDEXED_LIMIT = 255;
const GREY16_LIMIT = 65535;

/**
 * The label map as a lossless PNG: a pixel's value is its instance's number, 0 outside. Up to 255 instances as indexed 8-bit with `colors`
 * (element `label`) as palette, above as 16-bit greyscale. Throws TOO_LARGE above 65535 instances.
 */
export function labelPng({ width, height, labels, count }: LabelImage, colors: readonly Color[]): Uint8Array {
  if (count > GREY16_LIMIT) {
    throw new ModelError('TOO_LARGE', `a label PNG holds at most ${GREY16_LIMIT} instances, ${count} were found`, 'Choose the format "coco" or "csv", or cut the picture into parts.');
  }
  return count <= INDEXED_LIMIT
    ? encode({ width, height, channels: 1, depth: 8, data: new Uint8Array(labels), palette: colors.map((color) => [...color]) })
    : encode({ width, height, channels: 1, depth: 16, data: new Uint16Array(labels) });
}
