import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { Copy, LifeBuoy, ScrollText, Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LOG_LEVELS } from '../../../main/contract/log';
import { useErrorText } from '../../i18n/errors';
import { notify } from '../../stores/notices';
import { saveFile } from '../../stores/save-file';
import { useCommand } from '../../stores/use-command';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { IconButton } from '../../ui/IconButton';
import { ScreenHeader } from '../../ui/ScreenHeader';
import { DiagnosticsDialog } from './DiagnosticsDialog';
import { asText, filterLines, type Level } from './lines';
import { LogList } from './LogList';
import classes from './LogsScreen.module.css';
import { useLog } from './use-log';

/** What the program has noted down, for those who look for the cause of something. */
export function LogsScreen() {
  const { t } = useTranslation(['logs', 'common']);
  const errorText = useErrorText();
  const { entries, error, load } = useLog();
  const [level, setLevel] = useState<Level>('info');
  const [typed, setTyped] = useState('');
  const [diagnosing, setDiagnosing] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => filterLines(entries ?? [], level, typed), [entries, level, typed]);
  useCommand('find', () => search.current?.focus());
  useCommand('save', () => saveFile('mamba-studio.log', asText(shown)), shown.length > 0);

  async function copy() {
    await navigator.clipboard.writeText(asText(shown));
    notify('success', t('copiedLines', { count: shown.length }));
  }

  return (
    <div className={classes.screen}>
      <ScreenHeader title={t('title')} detail={entries === null ? undefined : t('count', { count: shown.length })}>
        <SegmentedControl aria-label={t('level')} value={level} onChange={(value) => setLevel(value as Level)} data={LOG_LEVELS.map((one) => ({ value: one, label: t(`levels.${one}`) }))} />
        <TextInput
          ref={search}
          className={classes.search}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<Search size={14} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && setTyped('')}
        />
        <IconButton icon={Copy} label={t('copyLines')} disabled={shown.length === 0} onClick={() => void copy()} />
        <Button variant="default" leftSection={<LifeBuoy size={15} aria-hidden />} onClick={() => setDiagnosing(true)}>{t('diagnostics')}</Button>
      </ScreenHeader>
      {error !== null && (
        <div className={classes.pad}>
          <ErrorNote {...errorText(error)}>
            <Button size="compact-xs" variant="default" onClick={() => void load()}>{t('again')}</Button>
          </ErrorNote>
        </div>
      )}
      {entries === null && error === null && <div className={classes.pad}><Skeleton height={240} /></div>}
      {entries !== null && shown.length === 0 && (
        <EmptyState icon={ScrollText} title={t(entries.length === 0 ? 'empty' : 'noMatch')}>{t(entries.length === 0 ? 'emptyText' : 'noMatchText')}</EmptyState>
      )}
      {shown.length > 0 && <LogList entries={shown} />}
      {diagnosing && <DiagnosticsDialog onClose={() => setDiagnosing(false)} />}
    </div>
  );
}
