import type { Color } from '../../../../models/tasks/segment/colors';

export const PALETTE_WIDTH = 1024;

export interface Look {
  color: Color;
  shown: boolean;
  selected: boolean;
}

/** RGBA bytes of the palette texture, an entry a label from 0 to `highest`, in rows of PALETTE_WIDTH; alpha as the shader wants it. */
export function paletteBytes(highest: number, lookOf: (label: number) => Look | undefined): Uint8Array {
  const bytes = new Uint8Array(4 * PALETTE_WIDTH * (Math.floor(highest / PALETTE_WIDTH) + 1));
  for (let label = 1; label <= highest; label++) {
    const look = lookOf(label);
    if (look?.shown) bytes.set([...look.color, look.selected ? 255 : 128], 4 * label);
  }
  return bytes;
}
