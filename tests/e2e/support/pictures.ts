/** Pictures to drop on the window, and what they become. */
import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { Random } from '../../support/random';

/** Bright discs on noise, a PNG. */
export async function dottedPicture(side: number, discs: number): Promise<Buffer> {
  const random = new Random(side);
  const pixels = new Uint8Array(side * side);
  for (let i = 0; i < pixels.length; i++) pixels[i] = 20 + ((i * 2654435761) >>> 27);
  for (const { x, y, radius } of discsOf(side, discs, random)) {
    for (let row = Math.max(0, y - radius); row < Math.min(side, y + radius); row++) {
      const half = Math.floor(Math.sqrt(radius ** 2 - (row - y) ** 2));
      pixels.fill(190, row * side + Math.max(0, x - half), row * side + Math.min(side, x + half));
    }
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 1 } }).png({ compressionLevel: 1 }).toBuffer();
}

export interface Disc {
  x: number;
  y: number;
  radius: number;
}

/** On a jittered grid, so that none covers another. */
export function discsOf(side: number, count: number, random = new Random(side)): Disc[] {
  const columns = Math.ceil(Math.sqrt(count));
  const cell = side / columns;
  return Array.from({ length: count }, (_, i) => ({
    x: Math.round(((i % columns) + 0.5) * cell + (random.next() - 0.5) * cell * 0.2),
    y: Math.round((Math.floor(i / columns) + 0.5) * cell + (random.next() - 0.5) * cell * 0.2),
    radius: Math.max(2, Math.floor(cell * (0.2 + 0.15 * random.next()))),
  }));
}

/** Drops a file on the window, as a user does. */
export async function dropFile(page: Page, name: string, type: string, bytes: Uint8Array, onto = 'main'): Promise<void> {
  const handle = await page.evaluateHandle(
    ({ data, name, type }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))], name, { type }));
      return transfer;
    },
    { data: Buffer.from(bytes).toString('base64'), name, type },
  );
  for (const event of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent(onto, event, { dataTransfer: handle });
}
