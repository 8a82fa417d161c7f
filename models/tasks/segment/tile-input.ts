import type { Raster } from './raster';
import type { Tile } from './tiles';

/**
 * Cuts a tile out of the image that is continued by reflection at the bottom and the right (edge not repeated, again and again where the
 * image is smaller than the continuation) and maps each sample through `table`.
 * Result: [3, rows.length, columns.length], in `input` where that is given; a grey channel is repeated.
 */
export function tileInput({ data, width, height, channels }: Raster, table: Float32Array, { rows, columns }: Tile, input = new Float32Array(3 * rows.length * columns.length)): Float32Array {
  const plane = rows.length * columns.length;
  const inside = Math.min(columns.length, width - columns.start);
  for (let row = 0; row < rows.length; row++) {
    const line = reflect(rows.start + row, height) * width;
    const first = row * columns.length;
    if (channels === 1) {
      for (let column = 0, from = line + columns.start; column < inside; column++) input[first + column] = table[data[from + column]!]!;
    } else {
      for (let to = first, from = 3 * (line + columns.start); to < first + inside; to++, from += 3) {
        input[to] = table[data[from]!]!;
        input[plane + to] = table[data[from + 1]!]!;
        input[2 * plane + to] = table[data[from + 2]!]!;
      }
    }
    for (let column = inside; column < columns.length; column++) {
      const from = channels * (line + reflect(columns.start + column, width));
      for (let channel = 0; channel < channels; channel++) input[channel * plane + first + column] = table[data[from + channel]!]!;
    }
  }
  for (let channel = channels; channel < 3; channel++) input.copyWithin(channel * plane, 0, plane);
  return input;
}

/** Index inside [0, size) of a position at or behind it in the signal reflected at its last and first sample. */
export function reflect(position: number, size: number): number {
  if (position < size) return position;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const phase = position % period;
  return phase < size ? phase : period - phase;
}
