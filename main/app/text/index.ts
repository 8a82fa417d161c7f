import { LANGUAGES, type Language, type Settings } from '../../contract/settings';
import { de } from './de';
import { en, type ShellText } from './en';
import { es } from './es';
import { zh } from './zh';

export type { ShellText };

export const SHELL_TEXTS: Record<Language, ShellText> = { en, es, de, zh };

/** `preferred`: the system's languages, the best first, such as 'de-AT'. */
export function shellText(wanted: Settings['language'], preferred: readonly string[]): ShellText {
  if (wanted !== 'system') return SHELL_TEXTS[wanted];
  const found = preferred.map((name) => name.toLowerCase().split(/[-_]/)[0]).find((name) => (LANGUAGES as readonly (string | undefined)[]).includes(name));
  return SHELL_TEXTS[(found as Language | undefined) ?? 'en'];
}

/** A menu's words for a button, or for macOS: without the '&' before the letter to press. */
export function withoutMnemonic(label: string): string {
  return label.replace(/\(&\w\)/, '').replace(/&(.)/g, '$1');
}
