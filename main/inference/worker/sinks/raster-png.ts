import sharp from '../media/sharp';
import type { Raster } from '../../../../models/tasks/segment/raster';

/** A picture as a PNG of its own depth and channels. `effort`: zlib's level. */
export async function rasterPng({ width, height, channels, data, bitDepth }: Raster, effort = 6): Promise<Uint8Array> {
  const space = { 8: { 1: 'b-w', 3: 'srgb' }, 16: { 1: 'grey16', 3: 'rgb16' } }[bitDepth][channels];
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false }).toColourspace(space).png({ compressionLevel: effort }).toBuffer();
}
