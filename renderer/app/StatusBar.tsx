import { Cpu, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useConnection, useFiles, useSettings } from '../stores/bridge-context';
import { IconButton } from '../ui/IconButton';
import { ProgressLine } from '../ui/ProgressLine';
import { JobTray } from './JobTray';
import classes from './StatusBar.module.css';

/** The line at the lower edge: connection, device, what is being opened, what runs. */
export function StatusBar() {
  const { t } = useTranslation();
  const { state, info } = useConnection();
  const device = useSettings((one) => one.settings.device);
  const opening = useFiles((one) => one.opening);
  const cancelOpening = useFiles((one) => one.cancelOpening);
  return (
    <footer className={classes.bar} aria-label={t('status.label')}>
      <span className={classes.item} data-connection={state}>
        <span className={classes.dot} aria-hidden />
        {t(`connection.${state}`)}
      </span>
      {info !== null && (
        <span className={classes.item} title={info.native.available ? info.processor : info.native.reason}>
          <Cpu size={13} aria-hidden />
          {device === 'auto' || device === 'cpu' || device === 'native'
            ? t(info.native.available ? 'status.native' : 'status.portable', { isa: info.native.isa })
            : t(`devices.${device}`)}
        </span>
      )}
      <span className={classes.space} />
      {opening !== null && (
        <span className={classes.progress} role="status">
          {t('status.opening')}
          <ProgressLine fraction={opening === 0 ? null : opening} label={t('status.opening')} />
          {cancelOpening !== null && <IconButton icon={X} size={20} label={t('status.cancelOpening')} onClick={cancelOpening} />}
        </span>
      )}
      <JobTray />
    </footer>
  );
}
