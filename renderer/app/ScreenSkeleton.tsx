import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useScreens } from '../stores/bridge-context';
import { ScreenHeader } from '../ui/ScreenHeader';
import classes from './ScreenSkeleton.module.css';

/** Holds the place of a screen that is being loaded, so that nothing jumps. */
export function ScreenSkeleton() {
  const { t } = useTranslation();
  const screen = useScreens((state) => state.screen);
  return (
    <div aria-busy="true" data-screen-loading>
      <ScreenHeader title={t(`screens.${screen}`)} />
      <div className={classes.rows} aria-hidden>
        <Skeleton height={20} width="40%" />
        <Skeleton height={120} />
        <Skeleton height={120} />
      </div>
    </div>
  );
}
