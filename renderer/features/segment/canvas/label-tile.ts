/** Label tiles: nearest pixels of the label map, with an apron so that outlines cross tile borders. */
import type { Box } from '../../../../models/tasks/segment/measure';
import { TILE, type TileName } from './tiles';

export const APRON = 4; // pixels of the tile's level on each side
export const LABEL_SIDE = TILE + 2 * APRON;

interface Labels {
  width: number;
  height: number;
  labels: Int32Array;
}

/** Texels [x, x + width) x [y, y + height) of a tile, apron included; beyond the picture its border goes on. */
export function fillLabelTile(target: Uint16Array | Uint32Array, { width, height, labels }: Labels, { level, column, row }: TileName, part: Box = WHOLE): void {
  const step = 2 ** level;
  const half = step >> 1;
  const columns = Int32Array.from({ length: part.width }, (_, i) => clamp((column * TILE + part.x + i - APRON) * step + half, width));
  for (let y = 0, at = 0; y < part.height; y++) {
    const line = clamp((row * TILE + part.y + y - APRON) * step + half, height) * width;
    for (let x = 0; x < part.width; x++, at++) target[at] = labels[line + columns[x]!]!;
  }
}

/** The texels of a tile that show pixels of `box`; undefined where none do. */
export function touchedTexels({ level, column, row }: TileName, box: Box): Box | undefined {
  const step = 2 ** level;
  const from = (start: number, tile: number) => Math.max(0, Math.floor(start / step) - tile * TILE);
  const to = (end: number, tile: number) => Math.min(LABEL_SIDE, Math.ceil(end / step) - tile * TILE + 2 * APRON);
  const [x, y] = [from(box.x, column), from(box.y, row)];
  const [width, height] = [to(box.x + box.width, column) - x, to(box.y + box.height, row) - y];
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

export const WHOLE: Box = { x: 0, y: 0, width: LABEL_SIDE, height: LABEL_SIDE };

function clamp(value: number, size: number): number {
  return value < 0 ? 0 : value >= size ? size - 1 : value;
}
