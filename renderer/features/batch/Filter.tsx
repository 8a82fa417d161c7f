import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { BatchInfo } from '../../../main/contract/batch';
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
    <div>
      <SegmentedControl
        aria-label={t('filter.label')}
        value={value}
        onChange={(next) => onChange(next as FilterName)}
        data={FILTERS.map((name) => ({ value: name, label: `${t(`filter.${name}`)} ${format.number(counts[name])}` }))}
      />
    </div>
  );
}
