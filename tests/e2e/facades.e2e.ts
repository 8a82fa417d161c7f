/** The bundled model of facades on the Segment screen: chosen, run on a photograph, its classes in the legend. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dropFile } from './support/pictures';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

const PHOTOGRAPH = readFileSync(new URL('../../assets/facade.jpg', import.meta.url));

describe.skipIf(!hasChromium)('facades (needs Chromium)', () => {
  let studio: RunningStudio;
  beforeAll(async () => {
    studio = await startStudio();
    const welcome = studio.page.getByRole('dialog');
    await welcome.waitFor({ timeout: 5000 }).then(() => studio.page.keyboard.press('Escape'), () => undefined);
    await welcome.waitFor({ state: 'hidden' });
  });
  afterAll(() => studio?.close());

  it('is offered beside the other models, and names what the photograph shows', { timeout: 120_000 }, async () => {
    const { page } = studio;
    const done = page.locator('[role="option"][title="facade.jpg"][data-state="done"]');
    await dropFile(page, 'facade.jpg', 'image/jpeg', PHOTOGRAPH);
    await done.waitFor({ timeout: 60_000 }); // with the default model
    await page.getByRole('combobox', { name: 'Model' }).click();
    await page.getByRole('option', { name: 'Facades' }).click();
    await page.getByRole('button', { name: 'Segment again' }).click();
    const names = page.getByLabel('Name of the class');
    await expect.poll(() => names.count(), { timeout: 60_000 }).toBe(10);
    expect(await names.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))).toEqual(expect.arrayContaining(['street', 'facade', 'window', 'balcony fence', 'car']));
    const found = page.getByRole('listbox', { name: 'Instances' }).getByRole('option');
    expect((await found.allInnerTexts()).some((text) => /^#\d+ facade\s/.test(text))).toBe(true);
    expect(studio.pageErrors).toEqual([]);
  });
});
