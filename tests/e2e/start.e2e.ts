import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startStudio, type RunningStudio } from './support/studio';

describe.skipIf(!hasChromium)('start (needs Chromium)', () => {
  let studio: RunningStudio;
  beforeAll(async () => {
    studio = await startStudio();
  });
  afterAll(() => studio.close());

  it('takes the token out of the address and shows the window', async () => {
    expect(new URL(studio.page.url()).search).toBe('');
    await studio.page.locator('nav').first().waitFor();
  });

  it('breaks none of its own security rules', async () => {
    await studio.page.waitForLoadState('networkidle');
    expect(studio.pageErrors).toEqual([]);
  });

  it('is refused in a browser that has not shown the token', async () => {
    const other = await studio.context.browser()!.newContext();
    try {
      const response = await (await other.newPage()).goto(new URL(studio.url).origin);
      expect(response!.status()).toBe(403);
    } finally {
      await other.close();
    }
  });
});
