/** What must hold on every screen and in every state of it: no serious finding of axe in either theme, nothing cut off in either size. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './support/studio';
import { startTour, STOPS, type Tour } from './support/tour';

const LOOKS = [
  { colorScheme: 'light', width: 1280, height: 800 },
  { colorScheme: 'dark', width: 900, height: 600 },
  { colorScheme: 'dark', width: 1280, height: 800 },
  { colorScheme: 'light', width: 900, height: 600 },
] as const;

describe.skipIf(!hasChromium)('accessibility (needs Chromium)', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await startTour();
  });
  afterAll(() => tour.close());

  it.each(STOPS)('$name', async ({ go, leave }) => {
    const { page } = tour;
    await go(tour);
    const findings: string[] = [];
    for (const { colorScheme, width, height } of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(50);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, impact, nodes } of violations) {
        if (impact === 'serious' || impact === 'critical') findings.push(...nodes.map(({ html, any }) => `${colorScheme} ${width}: ${id}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`));
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await leave?.(tour);
    expect(findings).toEqual([]);
  });
});
