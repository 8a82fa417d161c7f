import { Button, Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../i18n/errors';
import { isActiveBatch } from '../../stores/batches';
import { useBatches } from '../../stores/bridge-context';
import { useCommand } from '../../stores/use-command';
import { ErrorNote } from '../../ui/ErrorNote';
import { ScreenHeader } from '../../ui/ScreenHeader';
import { BatchDetail } from './BatchDetail';
import { BatchList } from './BatchList';
import classes from './BatchScreen.module.css';
import { NewBatch } from './NewBatch';

/** Whole folders: the batches there are, and the one that is looked at or made. */
export function BatchScreen() {
  const { t } = useTranslation('batch');
  const errorText = useErrorText();
  const { batches, loaded, error, selected, select, load } = useBatches();
  useCommand('batch.new', () => select(null), selected !== null, { keys: ['N'], label: t('new.title'), group: t('title') });
  const active = batches.filter(isActiveBatch).length;
  const batch = batches.find(({ id }) => id === selected);
  return (
    <div className={classes.screen}>
      <ScreenHeader title={t('title')} detail={active > 0 ? t('active', { count: active }) : undefined} />
      {error !== null && (
        <div className={classes.error}>
          <ErrorNote {...errorText(error)}>
            <Button size="compact-xs" variant="default" onClick={() => void load()}>{t('again')}</Button>
          </ErrorNote>
        </div>
      )}
      <div className={classes.body}>
        {batches.length > 0 && <BatchList />}
        {!loaded && error === null && <Skeleton className={classes.skeleton} height={220} radius="md" />}
        {loaded && (batch === undefined ? <NewBatch /> : <BatchDetail key={batch.id} batch={batch} />)}
      </div>
    </div>
  );
}
