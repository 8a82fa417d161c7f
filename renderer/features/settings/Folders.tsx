import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useBridge, useConnection } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { useFolder } from '../../stores/use-folder';
import { ErrorNote } from '../../ui/ErrorNote';
import { FolderBrowser } from '../../ui/folder-browser/FolderBrowser';
import { useReturnFocus } from '../../ui/use-return-focus';
import { Group, Setting } from './Setting';
import classes from './SettingsScreen.module.css';
import { useSetting } from './use-setting';

export function Folders() {
  const { t } = useTranslation('settings');
  const errorText = useErrorText();
  const bridge = useBridge();
  const info = useConnection((state) => state.info);
  const { settings, change } = useSetting();
  const [browsing, setBrowsing] = useState(false);

  const told = (work: Promise<unknown>) => work.catch((error: unknown) => notify('error', errorText(reportOf(error)).title));

  async function choose() {
    if (info?.systemDialogs !== true) return setBrowsing(true);
    const { path } = await bridge.call('folders.pick', {});
    if (path !== null) change({ outputFolder: path });
  }

  return (
    <Group title={t('folders')}>
      <Setting id="output" label={t('outputFolder')} hint={settings.outputFolder ?? t('outputBeside')}>
        {settings.outputFolder !== null && <Button variant="subtle" color="gray" onClick={() => change({ outputFolder: null })}>{t('clear')}</Button>}
        <Button id="output" variant="default" aria-describedby="output-label" onClick={() => void told(choose())}>{t('choose')}</Button>
      </Setting>
      <Setting id="data" label={t('dataFolder')} hint={info?.dataFolder ?? ''}>
        {info?.systemDialogs === true && (
          <Button id="data" variant="default" aria-describedby="data-label" onClick={() => void told(bridge.call('shell.reveal', { path: info.dataFolder }))}>{t('show')}</Button>
        )}
      </Setting>
      {browsing && <Browse onClose={() => setBrowsing(false)} onChoose={(outputFolder) => change({ outputFolder })} />}
    </Group>
  );
}

function Browse({ onClose, onChoose }: { onClose: () => void; onChoose: (path: string) => void }) {
  useReturnFocus();
  const { t } = useTranslation(['settings', 'common']);
  const errorText = useErrorText();
  const { listing, error, loading, go } = useFolder(true);
  const path = listing?.path ?? null;
  return (
    <Modal opened onClose={onClose} title={t('outputFolder')} size="lg" closeButtonProps={{ 'aria-label': t('common:close') }}>
      {error !== null && <ErrorNote {...errorText(error)} />}
      <FolderBrowser
        path={path}
        parent={listing?.parent ?? null}
        entries={listing?.entries ?? []}
        loading={loading}
        selected={new Set()}
        choose="folder"
        words={{ list: t('common:open.list'), roots: t('common:open.roots'), up: t('common:open.up'), empty: t('noFolders') }}
        onGo={(to) => void go(to)}
        onToggle={() => undefined}
      />
      <div className={classes.dialogActions}>
        <Button variant="default" onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          disabled={path === null}
          onClick={() => {
            if (path !== null) onChoose(path);
            onClose();
          }}
        >
          {t('useThis')}
        </Button>
      </div>
    </Modal>
  );
}
