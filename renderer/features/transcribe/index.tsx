import { CircleSlash } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useErrorText } from '../../i18n/errors';
import { useStudio } from '../../stores/bridge-context';
import { Button } from '@mantine/core';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { DocumentView } from './document/DocumentView';
import { LivePanel } from './live/LivePanel';
import { Queue } from './queue/Queue';
import { transcribe, useQueue, type QueueRow } from './queue/use-queue';
import { sessionsOf } from './session/sessions';
import { StartPanel } from './StartPanel';
import classes from './Screen.module.css';

export function TranscribeScreen() {
  const { t } = useTranslation('transcribe');
  const errorText = useErrorText();
  const studio = useStudio();
  const { live } = sessionsOf(studio);
  const { rows, shown, loaded } = useQueue();
  const recording = useStore(live.store, (state) => state.phase !== 'idle');
  const [asked, setAsked] = useState(false);
  const speaking = recording || asked;

  function show({ file }: Pick<QueueRow, 'file'>) {
    studio.files.getState().add({ files: [file], rejected: [] });
    if (!recording) setAsked(false);
  }

  /** The new job takes the old one's place once it was taken in. */
  async function again({ file, job }: QueueRow) {
    const next = await transcribe(studio, file);
    if (next !== null && job !== null && next.id !== job.id) await studio.jobs.getState().remove(job.id).catch(() => undefined);
  }

  if (!loaded) return null;
  return (
    <div className={classes.screen}>
      <Queue rows={rows} shown={shown} live={speaking} onRecord={() => setAsked(true)} onShow={show} />
      <div className={classes.main}>
        {speaking ? (
          <LivePanel
            live={live}
            onClose={() => setAsked(false)}
            onDone={(job) => {
              setAsked(false);
              show(job);
            }}
          />
        ) : shown === null ? (
          <StartPanel onRecord={() => setAsked(true)} />
        ) : shown.job !== null ? (
          <DocumentView key={shown.job.id} job={shown.job} onAgain={() => void again(shown)} />
        ) : shown.error !== null ? (
          <div className={classes.refused}>
            <ErrorNote {...errorText(shown.error)}>
              <Button onClick={() => void transcribe(studio, shown.file)}>{t('retry')}</Button>
            </ErrorNote>
          </div>
        ) : shown.idle ? (
          <EmptyState icon={CircleSlash} title={t('states.idle')} actions={<Button onClick={() => void transcribe(studio, shown.file)}>{t('again')}</Button>} />
        ) : null}
      </div>
    </div>
  );
}
