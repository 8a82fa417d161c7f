/** What must hold on every screen and in every state of it: no serious finding of axe in either theme, and every control by keyboard, with a focus that is seen; and nothing that a narrow window cuts off. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from './support/studio';
import { NARROW, squeezed } from './support/narrow';
import { walkByKeyboard } from './support/keyboard-walk';
import { startTour, STOPS, type Tour } from './support/tour';

const LARGE = { width: 1280, height: 800 };
const SMALL = { width: 900, height: 600 };
/** Both themes and both sizes for every state; which goes with which changes from state to state. CI, which must be quick, looks at each state once, and at a screen's first twice. */
const LOOKS = [
  [{ colorScheme: 'light', size: LARGE }, { colorScheme: 'dark', size: SMALL }],
  [{ colorScheme: 'dark', size: LARGE }, { colorScheme: 'light', size: SMALL }],
] as const;
const FIRST = new Set(['segment-empty', 'transcribe-empty', 'batch-empty', 'models', 'settings', 'logs']);

describe.skipIf(!hasChromium)('accessibility (needs Chromium)', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await startTour();
  });
  afterAll(() => tour.close());

  it.each(STOPS.map((stop, i) => ({ ...stop, looks: process.env.CI && !FIRST.has(stop.name) ? [LOOKS[i % 2]![(i >> 1) % 2]!] : LOOKS[i % 2]! })))('$name', async ({ unsteady, go, leave, looks }) => {
    const { page } = tour;
    await go(tour);
    const problems: string[] = [];
    for (const { colorScheme, size } of looks) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(50);
      const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze();
      for (const { id, impact, nodes } of violations) {
        if (impact === 'serious' || impact === 'critical') problems.push(...nodes.map(({ html, any }) => `${colorScheme} ${size.width}: ${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`));
      }
    }
    await page.setViewportSize(NARROW);
    await page.waitForTimeout(50);
    problems.push(...(await squeezed(page)));
    await page.setViewportSize(LARGE);
    const over = (await page.locator('[role=dialog], [role=menu]').count()) > 0;
    if (!unsteady) {
      const { missed, unmarked, reached } = await walkByKeyboard(page);
      problems.push(...missed.map((control) => `not reached by keyboard: ${control}`), ...unmarked.map((control) => `focus is not seen: ${control}`));
      expect(reached).toBeGreaterThan(0);
    }
    await leave?.(tour);
    if (over) await page.waitForFunction(() => document.activeElement !== document.body, undefined, { timeout: 30_000 }).catch(() => problems.push('the focus is lost when it closes'));
    expect(problems, problems.join('\n')).toEqual([]);
  });
});
