import { useTranslation } from 'react-i18next';
import { MEDIA_KINDS } from '../../../main/contract/formats';
import { tasksOf } from './draft-store';
import classes from './NewBatch.module.css';
import { Step } from './Step';
import { TaskGroup } from './TaskGroup';
import { useDraft } from './use-batches';

/** What is done with pictures, and what with recordings. */
export function StepTask() {
  const { t } = useTranslation('batch');
  const draft = useDraft((state) => state.draft);
  return (
    <Step number={2} title={t('task.title')}>
      {MEDIA_KINDS.map((kind) => (
        <TaskGroup key={kind} kind={kind} />
      ))}
      {tasksOf(draft).length === 0 && <p className={classes.refused} role="alert">{t('task.noTask')}</p>}
    </Step>
  );
}
