/** What a window as narrow as a telephone does to a screen. */
import type { Page } from 'playwright-core';

export const NARROW = { width: 390, height: 800 };
const LEAST = 90; // pixels that a paragraph needs to be read

/** Controls of the screen that lie outside of it and that no scrolling brings in, and paragraphs squeezed to a word a line, in words. */
export function squeezed(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const problems: string[] = [];
    const shown = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
    for (const control of document.querySelectorAll('main :is(button, a, input, textarea, select, [role=application])')) {
      if (!shown(control)) continue;
      const { left, right } = control.getBoundingClientRect();
      for (let box = control.parentElement; box !== null; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box);
        if (overflowX === 'auto' || overflowX === 'scroll') break;
        const edges = box === document.documentElement ? { left: 0, right: innerWidth } : box.getBoundingClientRect();
        if (overflowX === 'visible' && box !== document.documentElement) continue;
        if (left >= edges.left - 1 && right <= edges.right + 1) continue;
        problems.push(`cut off in a narrow window: ${control.getAttribute('aria-label') ?? control.textContent}`);
        break;
      }
    }
    for (const text of document.querySelectorAll('main :is(p, [role=log] span)')) {
      if (shown(text) && text.textContent.length > 20 && text.getBoundingClientRect().width < least) problems.push(`squeezed in a narrow window: ${text.textContent}`);
    }
    return problems;
  }, LEAST);
}
