/** Texts in four languages; each namespace is loaded when a screen first needs it. English stands in where a text is missing. */
import i18next, { type i18n, type ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['en', 'es', 'de', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const files = import.meta.glob<Record<string, unknown>>('./{en,es,de,zh}/*.json', { import: 'default' });

/** The best of ours for what the system prefers, in its order. */
export function systemLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = LANGUAGES.find((one) => one === tag.toLowerCase().split('-')[0]);
    if (language !== undefined) return language;
  }
  return 'en';
}

export function resolveLanguage(setting: string, preferred: readonly string[]): Language {
  return LANGUAGES.find((one) => one === setting) ?? systemLanguage(preferred);
}

const backend = {
  type: 'backend' as const,
  init: () => undefined,
  read(language: string, namespace: string, callback: ReadCallback) {
    const load = files[`./${language}/${namespace}.json`];
    if (load === undefined) return callback(new Error(`no texts ${language}/${namespace}`), null);
    load().then((texts) => callback(null, texts), (error: Error) => callback(error, null));
  },
};

export async function startTexts(language: Language): Promise<i18n> {
  await i18next.use(backend).use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    supportedLngs: LANGUAGES,
    ns: ['common'],
    defaultNS: 'common',
    interpolation: { escapeValue: false }, // React escapes
    react: { useSuspense: true },
  });
  return i18next;
}

export async function changeLanguage(language: Language): Promise<void> {
  if (i18next.language !== language) await i18next.changeLanguage(language);
}
