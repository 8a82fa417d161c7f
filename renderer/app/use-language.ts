import { useEffect } from 'react';
import { changeLanguage, resolveLanguage, type Language } from '../i18n/setup';
import { useSettings } from '../stores/bridge-context';

const KEY = 'mamba-studio.language';

/** The setting as it was last time, so that the first paint is in the right language already. */
export function rememberedLanguage(): Language {
  return resolveLanguage(localStorage.getItem(KEY) ?? 'system', navigator.languages);
}

export function useLanguageSetting(): void {
  const language = useSettings((state) => state.settings.language);
  const loaded = useSettings((state) => state.loaded);
  useEffect(() => {
    if (!loaded) return;
    localStorage.setItem(KEY, language);
    const resolved = resolveLanguage(language, navigator.languages);
    document.documentElement.lang = resolved;
    void changeLanguage(resolved);
  }, [language, loaded]);
}
