/** Pictures of every screen for the documents: `npm run screenshots`. Both themes and both sizes, from real results, in few colours. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTour, STOPS, type Tour } from './support/tour';

const FOLDER = process.env.MAMBA_SCREENS ?? path.resolve('docs/screens');
const MOST_BYTES = 2.5 * 2 ** 20; // all together
const QUALITY = 55; // of 100: how near the palette's colours are
const SIZES = { '': { width: 1280, height: 800 }, '-small': { width: 900, height: 600 } };

describe('screens', () => {
  let tour: Tour;
  let bytes = 0;
  beforeAll(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    tour = await startTour();
  });
  afterAll(() => tour.close());

  it.each(STOPS)('$name', async ({ name, picture, go, leave }) => {
    const { page } = tour;
    await page.setViewportSize(SIZES['']);
    await go(tour);
    if (name !== 'segment-edit') await page.mouse.move(1, 1); // nothing is hovered but what is being drawn
    for (const colorScheme of picture ? (['light', 'dark'] as const) : []) {
      await page.emulateMedia({ colorScheme });
      for (const [suffix, size] of Object.entries(SIZES)) {
        await page.setViewportSize(size);
        await page.waitForTimeout(400); // canvases draw again
        const shown = await sharp(await page.screenshot({ animations: 'disabled' })).png({ palette: true, quality: QUALITY, effort: 7, compressionLevel: 9, dither: 0 }).toBuffer();
        const file = path.join(FOLDER, `${name}-${colorScheme}${suffix}.png`);
        writeFileSync(file, shown);
        bytes += statSync(file).size;
      }
    }
    await page.setViewportSize(SIZES['']);
    await leave?.(tour);
  });

  it('is small enough for a repository', () => {
    process.stderr.write(`${(bytes / 2 ** 20).toFixed(2)} MB\n`);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
});
