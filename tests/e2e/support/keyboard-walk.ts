/** Goes through what can be reached by keyboard, as someone without a mouse does. */
import type { Page } from 'playwright-core';

export interface Walk {
  /** Controls in sight that the keyboard never reached. */
  missed: string[];
  /** Controls that look the same with the focus as without it. */
  unmarked: string[];
  reached: number;
}

interface Memory {
  targets: Element[];
  looks: Map<Element, string>;
  look(element: Element): string;
  words(element: Element): string;
}

/** Tab through the topmost dialog, or the window; arrow keys in a menu. Controls of one group that share a tab stop (radio buttons) count as one. */
export async function walkByKeyboard(page: Page): Promise<Walk> {
  const { count, menu } = await page.evaluate(() => {
    const layers = [...document.querySelectorAll('[role=menu], [role=dialog]')].filter((one) => one.checkVisibility());
    const layer = layers.at(-1);
    const menu = layer?.getAttribute('role') === 'menu';
    const shown = (one: HTMLElement) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 0 && one.closest('[aria-hidden=true], [inert]') === null;
    const alone = (one: HTMLElement) => !(one instanceof HTMLInputElement && one.type === 'radio' && !one.checked && document.querySelector(`input[name="${CSS.escape(one.name)}"]:checked`) !== null);
    const chosen = menu ? '[role=menuitem]:not([data-disabled], :disabled)' : 'button, a[href], input, select, textarea, [tabindex="0"]';
    const targets = [...(layer ?? document).querySelectorAll<HTMLElement>(chosen)].filter((one) => (menu || one.tabIndex >= 0) && !one.matches(':disabled') && shown(one) && alone(one));
    const memory: Memory = {
      targets,
      looks: new Map(),
      look: (element) =>
        [element, element.parentElement, element.nextElementSibling, element.previousElementSibling]
          .map((one) => {
            if (one === null) return '';
            const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(one);
            return [outlineStyle === 'none' ? '' : outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor].join(' ');
          })
          .join('|'),
      words: (element) => `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 60) ?? ''} ${element.id}`,
    };
    Object.assign(window, { walk: memory });
    return { count: targets.length, menu };
  });
  for (let steps = 0, known = 0; steps < 2 * count + 40 && known < 8; steps++) {
    await page.keyboard.press(menu ? 'ArrowDown' : 'Tab');
    const fresh = await page.evaluate(() => {
      const { looks, look } = (window as unknown as { walk: Memory }).walk;
      const here = document.activeElement!;
      if (looks.has(here)) return false;
      looks.set(here, look(here));
      return true;
    });
    known = fresh ? 0 : known + 1;
  }
  return page.evaluate(() => {
    const { targets, looks, look, words } = (window as unknown as { walk: Memory }).walk;
    const last = document.activeElement as HTMLElement | null;
    last?.blur();
    const unmarked = targets.filter((one) => looks.has(one) && one.isConnected && looks.get(one) === look(one)).map(words);
    last?.focus();
    return { missed: targets.filter((one) => !looks.has(one) && one.isConnected).map(words), unmarked, reached: targets.filter((one) => looks.has(one)).length };
  });
}
