import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BatchInfo, BatchTask } from '../../../main/contract/batch';
import type { Task } from '../../../main/contract/formats';
import { useFormat } from '../../i18n/format';
import type { ItemStates } from './items-store';

const FILTERS = ['all', 'open', 'done', 'failed', 'skipped'] as const;
export type FilterName = (typeof FILTERS)[number];

const STATES: Record<FilterName, ItemStates> = { all: undefined, open: ['waiting', 'running', 'cancelled'], done: ['done'], failed: ['failed'], skipped: ['skipped'] };

export function statesOf(filter: FilterName): ItemStates {
  return STATES[filter];
}

/** Which files of a batch are listed; each with how many there are. */
export function Filter({ batch, value, onChange }: { batch: BatchInfo; value: FilterName; onChange: (value: FilterName) => void }) {
  const { t } = useTranslation('batch');
  const format = useFormat();
  const { total, done, failed, skipped } = batch;
  const counts: Record<FilterName, number> = { all: total, open: Math.max(0, total - done - failed - skipped), done, failed, skipped };
  return (
    <SegmentedControl
      aria-label={t('filter.label')}
      value={value}
      onChange={(next) => onChange(next as FilterName)}
      data={FILTERS.map((name) => ({ value: name, label: `${t(`filter.${name}`)} ${format.number(counts[name])}` }))}
    />
  );
}

const EVERY_TASK = 'all';

/** Of which task files are listed; undefined: of all. */
export function TaskFilter({ tasks, value, onChange }: { tasks: readonly BatchTask[]; value: Task | undefined; onChange: (value: Task | undefined) => void }) {
  const { t } = useTranslation(['batch', 'common']);
  return (
    <SegmentedControl
      aria-label={t('filter.task')}
      value={value ?? EVERY_TASK}
      onChange={(next) => onChange(next === EVERY_TASK ? undefined : (next as Task))}
      data={[{ value: EVERY_TASK, label: t('filter.everyTask') }, ...tasks.map(({ task }) => ({ value: task, label: t(`common:tasks.${task}`) }))]}
    />
  );
}
