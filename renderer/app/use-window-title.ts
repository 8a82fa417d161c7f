import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../i18n/format';
import { useScreens } from '../stores/bridge-context';
import { useAtWork } from './use-at-work';

const NAME = 'Mamba Studio';

/** `42% · Segment · Mamba Studio`: progress is seen in the task bar, too. */
export function useWindowTitle(): void {
  const { t } = useTranslation();
  const format = useFormat();
  const screen = useScreens((state) => state.screen);
  const { fraction } = useAtWork();
  const title = [...(fraction === null ? [] : [format.progress(fraction)]), t(`screens.${screen}`), NAME].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
