import type { Raster } from './raster';
import type { Tile } from './tiles';

/**
 * Cuts a tile out of the image that is continued by reflection at the bottom and the right (edge not repeated, again and again where the
 * image is smaller than the continuation) and maps each sample through `table`.
 * Result: [3, rows.length, columns.length]; a grey channel is repeated.
 */
export function tileInput(image: Raster, table: Float32Array, tile: Tile): Float32Array {
  const { data, width, channels } = image;
  const { rows, columns } = tile;
  const plane = rows.length * columns.length;
  const input = new Float32Array(3 * plane);
  const inside = Math.max(0, Math.min(columns.length, width - columns.start)); // columns that are not reflected
  for (let row = 0; row < rows.length; row++) {
    const source = reflect(rows.start + row, image.height) * width * channels;
    for (let channel = 0; channel < channels; channel++) {
      let to = channel * plane + row * columns.length;
      let from = source + columns.start * channels + channel;
      for (let column = 0; column < inside; column++, to++, from += channels) input[to] = table[data[from]!]!;
      for (let column = inside; column < columns.length; column++, to++) input[to] = table[data[source + reflect(columns.start + column, width) * channels + channel]!]!;
    }
  }
  for (let channel = channels; channel < 3; channel++) input.copyWithin(channel * plane, 0, plane);
  return input;
}

/** Index inside [0, size) of a position at or behind it in the signal reflected at its last and first sample. */
export function reflect(position: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const phase = position % period;
  return phase < size ? phase : period - phase;
}
