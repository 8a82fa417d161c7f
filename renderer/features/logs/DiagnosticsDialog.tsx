import { Button, Modal, Skeleton } from '@mantine/core';
import { Copy, Download } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorReport } from '../../../main/contract/errors';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useBridge } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { saveFile } from '../../stores/save-file';
import { ErrorNote } from '../../ui/ErrorNote';
import { useReturnFocus } from '../../ui/use-return-focus';
import classes from './LogsScreen.module.css';

/** What a bug report needs, shown before it is copied or saved: paths, file names and transcripts are taken out already. */
export function DiagnosticsDialog({ onClose }: { onClose: () => void }) {
  useReturnFocus();
  const { t } = useTranslation(['logs', 'common']);
  const errorText = useErrorText();
  const bridge = useBridge();
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<ErrorReport | null>(null);

  useEffect(() => {
    bridge.call('logs.diagnostics', {}).then((answer) => setText(answer.text), (problem: unknown) => setError(reportOf(problem)));
  }, [bridge]);

  async function copy() {
    await navigator.clipboard.writeText(text ?? '');
    notify('success', t('common:copied'));
    onClose();
  }

  return (
    <Modal opened onClose={onClose} title={t('diagnostics')} size="xl" closeButtonProps={{ 'aria-label': t('common:close') }}>
      <p className={classes.explain}>{t('redacted')}</p>
      {error !== null && <ErrorNote {...errorText(error)} />}
      {text === null && error === null && <Skeleton height={320} />}
      {text !== null && <pre className={classes.preview} tabIndex={0} aria-label={t('preview')}>{text}</pre>}
      <div className={classes.dialogActions}>
        <Button variant="default" disabled={text === null} leftSection={<Download size={15} aria-hidden />} onClick={() => saveFile('mamba-studio-diagnostics.txt', text ?? '')}>
          {t('save')}
        </Button>
        <Button disabled={text === null} leftSection={<Copy size={15} aria-hidden />} onClick={() => void copy()}>{t('copy')}</Button>
      </div>
    </Modal>
  );
}
