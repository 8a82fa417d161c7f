import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useSettings } from '../stores/bridge-context';

/** The setting decides; Mantine remembers it for the first paint of the next start. */
export function useThemeSetting(): void {
  const theme = useSettings((state) => state.settings.theme);
  const loaded = useSettings((state) => state.loaded);
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (loaded) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, loaded, setColorScheme]);
}
