import { Button } from '@mantine/core';
import { AudioLines, FolderOpen, Mic } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFiles, useStudio } from '../../stores/bridge-context';
import { EmptyState } from '../../ui/EmptyState';
import { ScreenHeader } from '../../ui/ScreenHeader';
import classes from './Screen.module.css';

/** Nothing is open: the three ways to begin. */
export function StartPanel({ onRecord }: { onRecord: () => void }) {
  const { t } = useTranslation('transcribe');
  const { commands, files } = useStudio();
  const demos = (useFiles((state) => state.demos) ?? []).filter(({ kind }) => kind === 'audio');
  const first = [...demos].sort((a, b) => b.bytes - a.bytes)[0]; // the longest one
  return (
    <div className={classes.start}>
      <ScreenHeader title={t('title')} />
      <EmptyState
        icon={AudioLines}
        title={t('start.title')}
        actions={
          <>
            <Button leftSection={<FolderOpen size={14} aria-hidden />} onClick={() => commands.getState().run('open')}>{t('queue.open')}</Button>
            <Button variant="default" leftSection={<Mic size={14} aria-hidden />} onClick={onRecord}>{t('queue.record')}</Button>
            {first !== undefined && <Button variant="default" onClick={() => files.getState().add({ files: [first], rejected: [] })}>{t('start.demo')}</Button>}
          </>
        }
      >
        <p>{t('start.text')}</p>
      </EmptyState>
    </div>
  );
}
