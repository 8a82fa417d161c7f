/** Keyboard shortcuts as text: `Mod+Shift+Z`, `Space`, `ArrowLeft`, `?`. Mod is Command on a Mac and Control elsewhere. */

export interface KeyPress {
  key: string; // KeyboardEvent.key
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** Whether a press is the shortcut. Shift counts for letters, digits and named keys only: `?` is typed with it on some keyboards and without on others. */
export function matches(shortcut: string, press: KeyPress, mac: boolean): boolean {
  const parts = partsOf(shortcut);
  const key = parts.at(-1) ?? '';
  const wants = (part: string) => parts.slice(0, -1).includes(part);
  const pressed = press.key === ' ' ? 'Space' : press.key;
  if (pressed.toLowerCase() !== key.toLowerCase()) return false;
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== wants('Mod') || other || press.altKey !== wants('Alt')) return false;
  return /^([a-z0-9]|[A-Z]\w+|\w{2,})$/i.test(key) ? press.shiftKey === wants('Shift') : true;
}

/** `Mod++` is Mod and plus, `+` the plus alone. */
function partsOf(shortcut: string): string[] {
  if (shortcut === '+') return ['+'];
  return shortcut.endsWith('++') ? [...shortcut.slice(0, -2).split('+'), '+'] : shortcut.split('+');
}

const MAC_NAMES: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };
const NAMES: Record<string, string> = { Mod: 'Ctrl', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del' };

/** The caps to draw for a shortcut. */
export function keyCaps(shortcut: string, mac: boolean): string[] {
  const parts = partsOf(shortcut);
  return parts.map((part) => (mac ? MAC_NAMES[part] : undefined) ?? NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

export const isMac = (): boolean => typeof navigator !== 'undefined' && /mac/i.test(navigator.platform);
