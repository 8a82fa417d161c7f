import { Button, Select } from '@mantine/core';
import { CircleAlert, CircleCheck, CircleSlash, Clock, FolderOpen, Mic, RotateCcw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readingClock } from '../../../../models/tasks/transcribe/clock';
import { reportOf } from '../../../bridge/check';
import { useErrorText } from '../../../i18n/errors';
import { useFormat } from '../../../i18n/format';
import { useModels, useStudio } from '../../../stores/bridge-context';
import { usableFor } from '../../../stores/models';
import { notify } from '../../../stores/notices';
import { IconButton } from '../../../ui/IconButton';
import { ProgressLine } from '../../../ui/ProgressLine';
import { ConfirmDialog } from '../ConfirmDialog';
import { options, useOptions } from '../options';
import { sessionsOf } from '../session/sessions';
import { isIrreplaceable } from './irreplaceable';
import classes from './Queue.module.css';
import { stageText } from './stage';
import { forget, transcribe, type QueueRow } from './use-queue';

const ICONS = { queued: Clock, running: Clock, done: CircleCheck, failed: CircleAlert, cancelled: CircleSlash, idle: CircleSlash } as const;

/** The recordings, each with its state; new ones are opened or spoken here. */
export function Queue({ rows, shown, live, onRecord, onShow }: { rows: readonly QueueRow[]; shown: QueueRow | null; live: boolean; onRecord: () => void; onShow: (row: QueueRow) => void }) {
  const { t } = useTranslation('transcribe');
  const { commands } = useStudio();
  const models = useModels((state) => state.models);
  const { denoise } = useOptions();
  const cleaners = usableFor(models, 'enhance');
  const OFF = 'off';
  return (
    <aside className={classes.queue} aria-label={t('queue.label')}>
      <div className={classes.actions}>
        <Button fullWidth px={8} variant="default" leftSection={<FolderOpen size={14} aria-hidden />} onClick={() => commands.getState().run('open')}>{t('queue.open')}</Button>
        <Button fullWidth px={8} variant={live ? 'light' : 'default'} color="second" leftSection={<Mic size={14} aria-hidden />} onClick={onRecord}>{t('queue.record')}</Button>
      </div>
      <ul className={classes.list}>
        {rows.map((row) => (
          <Row key={row.file.id} row={row} current={!live && row.file.id === shown?.file.id} onShow={() => onShow(row)} />
        ))}
      </ul>
      {cleaners.length > 0 && (
        <div className={classes.options}>
          <Select
            label={t('queue.denoise')}
            value={cleaners.some(({ id }) => id === denoise) ? denoise : OFF}
            data={[{ value: OFF, label: t('queue.denoiseOff') }, ...cleaners.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(value) => options.setState({ denoise: value === OFF ? null : value })}
          />
        </div>
      )}
    </aside>
  );
}

function Row({ row: { file, job, error, idle }, current, onShow }: { row: QueueRow; current: boolean; onShow: () => void }) {
  const { t } = useTranslation('transcribe');
  const errorText = useErrorText();
  const format = useFormat();
  const studio = useStudio();
  const state = error !== null ? 'failed' : (job?.state ?? (idle ? 'idle' : 'queued'));
  const active = state === 'queued' || state === 'running';
  const Icon = ICONS[state];
  const act = (work: Promise<unknown>) => void work.catch((failure: unknown) => notify('error', errorText(reportOf(failure)).title));
  const report = error ?? job?.error ?? null;
  const detail =
    report !== null ? errorText(report).title
    : job === null ? t(idle ? 'states.idle' : 'states.queued')
    : job.state === 'done' ? (job.summary?.task === 'transcribe' ? t('queue.done', { time: readingClock(job.summary.audioSeconds, job.summary.audioSeconds), count: job.summary.words }) : t('states.done'))
    : job.state === 'running' ? `${stageText(t, job)} · ${format.progress(job.fraction)}`
    : stageText(t, job);

  const [asking, setAsking] = useState(false);

  async function remove() {
    if (job !== null) await studio.jobs.getState().remove(job.id);
    studio.files.getState().close(file.id);
    forget(file.id);
  }

  return (
    <li className={classes.row} data-current={current || undefined} data-state={state}>
      <button type="button" className={classes.show} aria-current={current || undefined} title={file.path || file.name} onClick={onShow}>
        <span className={classes.name}>{file.name}</span>
        <span className={classes.detail}>
          <Icon size={13} aria-hidden />
          <span>{detail}</span>
        </span>
      </button>
      <span className={classes.tools}>
        {active && job !== null && <IconButton icon={X} size={24} label={t('queue.cancel', { name: file.name })} onClick={() => act(studio.jobs.getState().cancel(job.id))} />}
        {(state === 'failed' || state === 'cancelled' || state === 'idle') && (
          <IconButton icon={RotateCcw} size={24} label={t('queue.retry', { name: file.name })} onClick={() => act(job === null ? transcribe(studio, file) : studio.jobs.getState().retry(job.id))} />
        )}
        {!active && <IconButton icon={Trash2} size={24} label={t('queue.remove', { name: file.name })} onClick={() => (isIrreplaceable(sessionsOf(studio), { file, job }) ? setAsking(true) : act(remove()))} />}
        {asking && <ConfirmDialog kind="remove" name={file.name} onClose={() => setAsking(false)} onConfirm={() => act(remove())} />}
      </span>
      {state === 'running' && (
        <span className={classes.progress}>
          <ProgressLine fraction={job === null || job.fraction === 0 ? null : job.fraction} label={t('progress', { name: file.name })} />
        </span>
      )}
    </li>
  );
}
