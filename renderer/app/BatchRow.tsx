import { useTranslation } from 'react-i18next';
import type { BatchInfo } from '../../main/contract/batch';
import { useFormat } from '../i18n/format';
import { useStudio } from '../stores/bridge-context';
import { ProgressLine } from '../ui/ProgressLine';
import classes from './JobTray.module.css';

/** A batch at work, among the jobs; a click shows it. What can be done with it is on its screen. */
export function BatchRow({ batch, onShow }: { batch: BatchInfo; onShow: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { batches, screens } = useStudio();
  const { id, spec, state, fraction, total, done, failed, skipped } = batch;
  const name = spec.sources.map((source) => source.split(/[\\/]/).findLast((part) => part !== '') ?? source).join(', ');

  function show() {
    batches.getState().select(id);
    screens.getState().go('batch');
    onShow();
  }

  return (
    <li className={classes.row}>
      <button type="button" className={classes.show} onClick={show} title={spec.sources.join('\n')}>
        <bdi>{name}</bdi>
      </button>
      <span className={classes.state} data-state="running">
        {t('jobs.batchFiles', { done: format.number(done + failed + skipped), total: format.number(total) })}
        <ProgressLine fraction={state === 'scanning' ? null : fraction} label={name} />
      </span>
    </li>
  );
}
