import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSettings } from '../../stores/bridge-context';
import { ScreenHeader } from '../../ui/ScreenHeader';
import { Appearance } from './Appearance';
import { Computing } from './Computing';
import { Defaults } from './Defaults';
import { Folders } from './Folders';
import { Privacy } from './Privacy';
import classes from './SettingsScreen.module.css';

export function SettingsScreen() {
  const { t } = useTranslation('settings');
  const loaded = useSettings((state) => state.loaded);
  return (
    <div className={classes.screen}>
      <ScreenHeader title={t('title')} detail={t('saved')} />
      <div className={classes.body}>
        <div className={classes.column}>
          {loaded ? (
            <>
              <Appearance />
              <Computing />
              <Defaults />
              <Folders />
              <Privacy />
            </>
          ) : (
            <>
              <Skeleton height={120} radius="md" />
              <Skeleton height={180} radius="md" />
            </>
          )}
        </div>
      </div>
    </div>
  );
}
