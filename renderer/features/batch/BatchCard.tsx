import { CircleCheck, CircleSlash, CircleX, Eye, Loader, Pause } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { BatchInfo } from '../../../main/contract/batch';
import { useFormat } from '../../i18n/format';
import { ProgressLine } from '../../ui/ProgressLine';
import classes from './BatchList.module.css';
import { durationText } from './durations';
import { nameOf } from './paths';

const ICONS = { scanning: Loader, running: Loader, watching: Eye, paused: Pause, done: CircleCheck, cancelled: CircleSlash };

/** One batch in the list: what, how far, how long still. */
export function BatchCard({ batch, selected, onSelect }: { batch: BatchInfo; selected: boolean; onSelect: () => void }) {
  const { t } = useTranslation(['batch', 'common']);
  const format = useFormat();
  const { spec, state, total, done, failed, skipped, etaSeconds, fraction } = batch;
  const Icon = state === 'done' && failed > 0 ? CircleX : ICONS[state];
  const name = spec.sources.map(nameOf).join(', ');
  const tasks = spec.tasks.map(({ task }) => t(`common:tasks.${task}`));
  const active = state === 'running' || state === 'scanning';
  return (
    <li>
      <button type="button" className={classes.card} aria-current={selected || undefined} onClick={onSelect}>
        <span className={classes.cardHead}>
          <Icon size={15} aria-hidden className={classes.icon} data-state={state === 'done' && failed > 0 ? 'failed' : state} />
          <span className={classes.cardName} title={spec.sources.join('\n')}>{name}</span>
          {tasks.length === 1 && <span className={classes.cardTask}>{tasks[0]}</span>}
        </span>
        {tasks.length > 1 && <span className={classes.cardMeta}>{tasks.join(', ')}</span>}
        <span className={classes.cardMeta}>{format.date(batch.created)}</span>
        {state !== 'done' && (
          <span className={classes.progress}>
            <ProgressLine fraction={state === 'scanning' ? null : fraction} label={t('list.progress', { name })} tone={batch.pausedBecause ? 'bad' : state === 'paused' ? 'second' : 'accent'} />
          </span>
        )}
        <span className={classes.cardMeta}>
          {t(`states.${state}`)}
          {state !== 'scanning' && ` · ${t('list.of', { done: format.number(done + skipped + failed), total: format.number(total) })}`}
          {failed > 0 && <span className={classes.failed}> · {t('list.failed', { count: failed })}</span>}
          {active && etaSeconds !== null && ` · ${t('list.left', { time: durationText(format.locale, etaSeconds) })}`}
        </span>
      </button>
    </li>
  );
}
