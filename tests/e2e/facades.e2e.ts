/** The bundled model of facades on the Segment screen: chosen, run on a photograph, its classes in the legend. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropFile } from './support/pictures';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const PHOTOGRAPH = readFileSync(new URL('../../assets/facade.jpg', import.meta.url));

describe.skipIf(!hasChromium)('facades (needs Chromium)', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-facades-'));
  let studio: RunningStudio;
  beforeAll(async () => {
    writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ welcomed: true }));
    studio = await startStudio({ dataDir });
  });
  afterAll(async () => {
    await studio?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is offered beside the other models, and names what the photograph shows', async () => {
    const { page } = studio;
    const done = page.locator('[role="option"][title="facade.jpg"][data-state="done"]');
    await dropFile(page, 'facade.jpg', 'image/jpeg', PHOTOGRAPH);
    await done.waitFor({ timeout: 600_000 }); // with the default model
    await page.getByRole('combobox', { name: 'Model' }).click();
    await page.getByRole('option', { name: 'Facades' }).click();
    await page.getByRole('button', { name: 'Segment again' }).click();
    const names = page.getByLabel('Name of the class');
    await expect.poll(() => names.count(), { timeout: 600_000 }).toBe(10);
    expect(await names.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))).toEqual(expect.arrayContaining(['street', 'facade', 'window', 'balcony fence', 'car']));
    const found = page.getByRole('listbox', { name: 'Instances' }).getByRole('option');
    expect((await found.allInnerTexts()).some((text) => /^#\d+ facade\s/.test(text))).toBe(true);
    expect(studio.pageErrors).toEqual([]);
  });
});
