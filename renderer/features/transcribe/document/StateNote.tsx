import { Button } from '@mantine/core';
import { AudioLines, CircleSlash, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DeskJob } from '../../../../main/contract/desk';
import { reportOf } from '../../../bridge/check';
import { useErrorText } from '../../../i18n/errors';
import { useFormat } from '../../../i18n/format';
import { useStudio } from '../../../stores/bridge-context';
import { notify } from '../../../stores/notices';
import { EmptyState } from '../../../ui/EmptyState';
import { ErrorNote } from '../../../ui/ErrorNote';
import { ProgressLine } from '../../../ui/ProgressLine';
import { insert } from '../edit/operations';
import { stageText } from '../queue/stage';
import classes from './Document.module.css';
import { useSession, useShown } from './document-context';

/** How far a job is, or why there is no text. */
export function StateNote({ job, empty }: { job: DeskJob; empty: boolean }) {
  const { t } = useTranslation('transcribe');
  const errorText = useErrorText();
  const format = useFormat();
  const { jobs } = useStudio();
  const { session, player } = useShown();
  const phase = useSession((state) => state.phase);
  const error = useSession((state) => state.error);
  const act = (work: Promise<unknown>) => void work.catch((failure: unknown) => notify('error', errorText(reportOf(failure)).title));

  if (job.state === 'failed' || error !== null) {
    const report = job.state === 'failed' && job.error !== null ? job.error : error;
    if (report === null) return null;
    const again = job.state === 'failed' ? () => act(jobs.getState().retry(job.id)) : () => void session.open(job);
    return (
      <div className={classes.error}>
        <ErrorNote {...errorText(report)}>
          <Button onClick={again}>{t('retry')}</Button>
        </ErrorNote>
      </div>
    );
  }
  if (job.state === 'queued' || job.state === 'running') {
    return (
      <div className={classes.note} role="status" aria-live="off">
        <span className={classes.stage}>{stageText(t, job)}</span>
        <ProgressLine fraction={job.state === 'queued' || job.fraction === 0 ? null : job.fraction} label={t('progress', { name: job.file.name })} />
        <span className={classes.percent}>{job.state === 'running' ? format.progress(job.fraction) : ''}</span>
        <Button variant="default" onClick={() => act(jobs.getState().cancel(job.id))}>{t('cancel')}</Button>
      </div>
    );
  }
  if (job.state === 'cancelled') {
    return (
      <div className={empty ? classes.rest : classes.note}>
        {empty ? (
          <EmptyState icon={CircleSlash} title={t('cancelled.title')} actions={<Button onClick={() => act(jobs.getState().retry(job.id))}>{t('retry')}</Button>} />
        ) : (
          <>
            {t('cancelled.title')}
            <Button variant="default" onClick={() => act(jobs.getState().retry(job.id))}>{t('retry')}</Button>
          </>
        )}
      </div>
    );
  }
  if (phase === 'ready' && empty) {
    const write = () => {
      const made = insert(session.document, player.time, player.time + 3);
      if (made !== null && session.apply(made.document)) session.edit(made.id);
    };
    return (
      <div className={classes.rest}>
        <EmptyState icon={AudioLines} title={t('silent.title')} actions={<Button leftSection={<Plus size={14} aria-hidden />} variant="default" onClick={write}>{t('silent.write')}</Button>}>
          <p>{t('silent.text')}</p>
        </EmptyState>
      </div>
    );
  }
  return null;
}
