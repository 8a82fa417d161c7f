import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBatches } from '../../stores/bridge-context';
import { BatchCard } from './BatchCard';
import classes from './BatchList.module.css';

/** All batches, newest first, and the way to a new one. */
export function BatchList() {
  const { t } = useTranslation('batch');
  const { batches, selected, select } = useBatches();
  return (
    <nav className={classes.list} aria-label={t('list.title')}>
      <Button fullWidth variant={selected === null ? 'light' : 'default'} leftSection={<Plus size={15} aria-hidden />} aria-current={selected === null || undefined} onClick={() => select(null)}>
        {t('new.title')}
      </Button>
      <ul className={classes.cards}>
        {batches.map((batch) => (
          <BatchCard key={batch.id} batch={batch} selected={batch.id === selected} onSelect={() => select(batch.id)} />
        ))}
      </ul>
    </nav>
  );
}
