/** A picture as a pyramid of square tiles: level 0 has all pixels, each further level half as many a side. */
import { toPicture, type Size, type View } from './view';

export const TILE = 512; // pixels of its level
export const PICTURE_APRON = 1; // pixels around a picture tile, for filtering across tile borders

export interface TileName {
  level: number;
  column: number;
  row: number;
}

export const tileKey = ({ level, column, row }: TileName): string => `${level}/${column}/${row}`;

/** Levels until the picture is one tile. */
export function levelCount({ width, height }: Size): number {
  return 1 + Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / TILE)));
}

export function levelSize({ width, height }: Size, level: number): Size {
  return { width: Math.max(1, Math.ceil(width / 2 ** level)), height: Math.max(1, Math.ceil(height / 2 ** level)) };
}

/** The level whose pixels come out between half a canvas pixel and a whole one; level 0 from there on. */
export function levelFor(scale: number, levels: number): number {
  return Math.min(Math.max(Math.floor(-Math.log2(scale)), 0), levels - 1);
}

/** What shows, the nearest to the middle first. */
export function visibleTiles(view: View, canvas: Size, picture: Size, level: number): TileName[] {
  const side = TILE * 2 ** level;
  const from = toPicture(view, canvas, { x: 0, y: 0 });
  const to = toPicture(view, canvas, { x: canvas.width, y: canvas.height });
  const last = { column: Math.ceil(picture.width / side) - 1, row: Math.ceil(picture.height / side) - 1 };
  const tiles: TileName[] = [];
  for (let row = Math.max(0, Math.floor(from.y / side)); row <= Math.min(last.row, Math.floor(to.y / side)); row++) {
    for (let column = Math.max(0, Math.floor(from.x / side)); column <= Math.min(last.column, Math.floor(to.x / side)); column++) tiles.push({ level, column, row });
  }
  const distance = ({ column, row }: TileName) => Math.hypot((column + 0.5) * side - view.x, (row + 0.5) * side - view.y);
  return tiles.sort((a, b) => distance(a) - distance(b));
}

/** The tile itself, then those of coarser levels that hold it. */
export function ancestors({ level, column, row }: TileName, levels: number): TileName[] {
  return Array.from({ length: levels - level }, (_, up) => ({ level: level + up, column: column >> up, row: row >> up }));
}

/** The part of the picture that a tile covers. */
export function tileBox({ level, column, row }: TileName, picture: Size): { x: number; y: number; width: number; height: number } {
  const side = TILE * 2 ** level;
  const [x, y] = [column * side, row * side];
  return { x, y, width: Math.min(side, picture.width - x), height: Math.min(side, picture.height - y) };
}
