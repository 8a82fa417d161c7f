import { Button } from '@mantine/core';
import { Unplug } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { WebSocketBridge } from '../bridge/websocket';
import { useBridge, useConnection } from '../stores/bridge-context';
import classes from './ConnectionBanner.module.css';

const PATIENCE = 4; // failed attempts until it is likely that the program was ended

/** Says that the serving process does not answer, for as long as it does not. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const bridge = useBridge() as Partial<WebSocketBridge>;
  const { state, failures } = useConnection();
  if (state !== 'lost') return null;
  return (
    <div className={classes.banner} role="alert">
      <Unplug size={16} aria-hidden />
      <strong>{t('connection.lost')}</strong>
      <span>{t(failures < PATIENCE ? 'connection.retrying' : 'connection.ended')}</span>
      {bridge.reconnect !== undefined && (
        <Button size="compact-xs" variant="default" onClick={() => bridge.reconnect?.()}>
          {t('connection.now')}
        </Button>
      )}
    </div>
  );
}
