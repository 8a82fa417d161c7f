import { Button, Modal } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultSettings } from '../../../main/contract/settings';
import { useConnection } from '../../stores/bridge-context';
import { Group, Setting } from './Setting';
import classes from './SettingsScreen.module.css';
import { useSetting } from './use-setting';

export function Privacy() {
  const { t } = useTranslation(['settings', 'common']);
  const { change } = useSetting();
  const info = useConnection((state) => state.info);
  const [asking, setAsking] = useState(false);

  function reset() {
    change({ ...defaultSettings, welcomed: true });
    setAsking(false);
  }

  return (
    <>
      <Group title={t('privacy')}>
        <div className={classes.privacy}>
          <ShieldCheck size={20} strokeWidth={1.75} aria-hidden />
          <div>
            <p>{t('privacyText')}</p>
            <p className={classes.hint}>{t('privacyNetwork')}</p>
          </div>
        </div>
      </Group>
      <Group title={t('about')}>
        {info !== null && (
          <Setting id="version" label={`Mamba Studio ${info.version}`} hint={t('machine', { processor: info.processor, count: info.cores, memory: Math.round(info.memoryBytes / 2 ** 30) })}>
            {null}
          </Setting>
        )}
        <Setting id="welcome" label={t('welcome')} hint={t('welcomeHint')}>
          <Button id="welcome" variant="default" onClick={() => change({ welcomed: false })}>{t('show')}</Button>
        </Setting>
        <Setting id="reset" label={t('reset')} hint={t('resetHint')}>
          <Button id="reset" variant="default" color="red" onClick={() => setAsking(true)}>{t('resetButton')}</Button>
        </Setting>
      </Group>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('resetTitle')} size="sm" closeButtonProps={{ 'aria-label': t('common:close') }}>
        <p>{t('resetHint')}</p>
        <div className={classes.dialogActions}>
          <Button variant="default" data-autofocus onClick={() => setAsking(false)}>{t('common:cancel')}</Button>
          <Button color="red" onClick={reset}>{t('resetButton')}</Button>
        </div>
      </Modal>
    </>
  );
}
