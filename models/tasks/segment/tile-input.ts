import type { Raster } from './raster';
import type { Tile } from './tiles';

/**
 * Cuts a tile out of the image that is continued by reflection at the bottom and the right (edge not repeated, again and again where the
 * image is smaller than the continuation) and maps each sample through `table`.
 * Result: [3, rows.length, columns.length], in `input` where that is given; a grey channel is repeated.
 */
export function tileInput({ data, width, height, channels }: Raster, table: Float32Array, { rows, columns }: Tile, input = new Float32Array(3 * rows.length * columns.length)): Float32Array {
  const plane = rows.length * columns.length;
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  for (let row = 0, to = 0; row < rows.length; row++) {
    const line = reflect(rows.start + row, height) * width * channels;
    for (let column = 0; column < columns.length; column++, to++) {
      const from = line + reflect(columns.start + column, width) * channels;
      input[to] = table[data[from]!]!;
      input[plane + to] = table[data[from + green]!]!;
      input[2 * plane + to] = table[data[from + blue]!]!;
    }
  }
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
