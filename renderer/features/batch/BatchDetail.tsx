import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchInfo } from '../../../main/contract/batch';
import type { Task } from '../../../main/contract/formats';
import { useErrorText } from '../../i18n/errors';
import { useFormat } from '../../i18n/format';
import { ErrorNote } from '../../ui/ErrorNote';
import { ProgressLine } from '../../ui/ProgressLine';
import { BatchActions } from './BatchActions';
import classes from './BatchDetail.module.css';
import { durationText } from './durations';
import { Filter, statesOf, TaskFilter, type FilterName } from './Filter';
import { ItemTable } from './ItemTable';
import { nameOf } from './paths';

/** One batch: how far, what may be done with it, and its files. */
export function BatchDetail({ batch }: { batch: BatchInfo }) {
  const { t } = useTranslation(['batch', 'common']);
  const format = useFormat();
  const errorText = useErrorText();
  const [filter, setFilter] = useState<FilterName>('all');
  const [task, setTask] = useState<Task | undefined>();
  const { spec, state, total, done, failed, skipped, fraction, etaSeconds, pausedBecause } = batch;
  const finished = done + failed + skipped;
  return (
    <div className={classes.detail}>
      <div className={classes.head}>
        <div className={classes.titleRow}>
          <h2 className={classes.title} title={spec.sources.join('\n')}>{spec.sources.map(nameOf).join(', ')}</h2>
          <BatchActions batch={batch} />
        </div>
        <p className={classes.meta} title={spec.outDir ?? undefined}>
          {spec.tasks.map(({ task, model }) => t(`common:tasks.${task}`) + (model === undefined ? '' : ` (${nameOf(model)})`)).join(', ')} · {spec.outDir === null ? t('where.beside') : spec.outDir}
        </p>
        <div className={classes.progress}>
          <ProgressLine fraction={state === 'scanning' ? null : fraction} label={t('list.progress', { name: nameOf(spec.sources[0]!) })} tone={pausedBecause ? 'bad' : state === 'paused' ? 'second' : 'accent'} />
        </div>
        <p className={classes.counts} role="status" aria-live={state === 'running' || state === 'scanning' ? 'off' : 'polite'}>
          <strong>{t(`states.${state}`)}</strong>
          <span>{state === 'scanning' ? t('detail.found', { count: total }) : t('list.of', { done: format.number(finished), total: format.number(total) })}</span>
          {state !== 'scanning' && <span>{format.progress(fraction)}</span>}
          {skipped > 0 && <span>{t('detail.skipped', { count: skipped })}</span>}
          {failed > 0 && <span className={classes.failed}>{t('list.failed', { count: failed })}</span>}
          {state === 'watching' && <span>{t('detail.awaiting')}</span>}
          {state === 'running' && <span>{etaSeconds === null ? t('detail.measuring') : t('list.left', { time: durationText(format.locale, etaSeconds) })}</span>}
        </p>
        {pausedBecause !== null && <ErrorNote {...errorText(pausedBecause)} />}
        <div className={classes.filters}>
          <Filter batch={batch} value={filter} onChange={setFilter} />
          {spec.tasks.length > 1 && <TaskFilter tasks={spec.tasks} value={task} onChange={setTask} />}
        </div>
      </div>
      <ItemTable key={`${batch.id} ${filter} ${task}`} batch={batch} states={statesOf(filter)} task={task} />
    </div>
  );
}
