import { RotateCcw, Trash2, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { DeskJob } from '../../main/contract/desk';
import { reportOf } from '../bridge/check';
import { useErrorText } from '../i18n/errors';
import { useFormat } from '../i18n/format';
import { useStudio } from '../stores/bridge-context';
import { notify } from '../stores/notices';
import { IconButton } from '../ui/IconButton';
import { ProgressLine } from '../ui/ProgressLine';
import classes from './JobTray.module.css';

const SCREEN = { segment: 'segment', upscale: 'segment', transcribe: 'transcribe', enhance: 'transcribe', separate: 'transcribe', classify: 'segment' } as const;

export function JobRow({ job, onShow }: { job: DeskJob; onShow: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const format = useFormat();
  const { jobs, files, screens } = useStudio();
  const active = job.state === 'queued' || job.state === 'running';

  function act(work: Promise<unknown>) {
    work.catch((error: unknown) => notify('error', errorText(reportOf(error)).title));
  }

  function show() {
    files.getState().add({ files: [job.file], rejected: [] });
    screens.getState().go(SCREEN[job.task]);
    onShow();
  }

  return (
    <li className={classes.row}>
      <button type="button" className={classes.show} onClick={show} title={job.file.name}>
        {job.file.name}
      </button>
      <span className={classes.state} data-state={job.state}>
        {job.state === 'running' ? format.progress(job.fraction) : job.error === null ? t(`jobs.states.${job.state}`) : errorText(job.error).title}
        {job.state === 'running' && <ProgressLine fraction={job.fraction} label={job.file.name} />}
      </span>
      <span className={classes.facts}>
        {t(`tasks.${job.task}`)} · <time dateTime={new Date(job.created).toISOString()}>{format.date(job.created)}</time>
      </span>
      <span className={classes.actions}>
        {active && <IconButton icon={X} size={26} label={t('jobs.cancel', { name: job.file.name })} onClick={() => act(jobs.getState().cancel(job.id))} />}
        {(job.state === 'failed' || job.state === 'cancelled') && (
          <IconButton icon={RotateCcw} size={26} label={t('jobs.retry', { name: job.file.name })} onClick={() => act(jobs.getState().retry(job.id))} />
        )}
        {!active && <IconButton icon={Trash2} size={26} label={t('jobs.remove', { name: job.file.name })} onClick={() => act(jobs.getState().remove(job.id))} />}
      </span>
    </li>
  );
}
