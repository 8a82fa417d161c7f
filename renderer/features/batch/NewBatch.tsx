import { Button } from '@mantine/core';
import { Play } from 'lucide-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../i18n/errors';
import { useStudio } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { draftStore, isComplete } from './draft-store';
import { droppedPaths } from './dropped-paths';
import classes from './NewBatch.module.css';
import { StepTask } from './StepTask';
import { StepWhat } from './StepWhat';
import { StepWhere } from './StepWhere';
import { useDraft } from './use-batches';

/** The form for a new batch: what, how, where. */
export function NewBatch() {
  const { t } = useTranslation('batch');
  const { bridge, batches } = useStudio();
  const { draft, preview, looking, error, addSources } = useDraft((state) => state);
  const errorText = useErrorText();
  const [starting, setStarting] = useState(false);
  const count = preview?.total ?? 0;
  const refused = preview?.problems.some(({ code }) => code === 'OUTPUT_COLLISION') === true; // nothing would run
  const ready = !refused && isComplete(draft) && (count > 0 || preview?.complete === false || (draft.watch === true && preview?.problems.length === 0)) && !looking;

  async function start() {
    setStarting(true);
    const batch = await draftStore(bridge).getState().start();
    setStarting(false);
    if (batch === null) return;
    batches.getState().put(batch);
    batches.getState().select(batch.id);
  }

  /** Wherever on the form: beside the place for it, files would be opened on another screen. */
  function drop(event: DragEvent) {
    const files = [...event.dataTransfer.files];
    if (files.length === 0) return;
    event.preventDefault();
    const paths = droppedPaths(files);
    if (paths.length > 0) addSources(paths);
    else notify('info', t('what.noPaths'), { detail: t('what.noPathsHint') });
  }

  return (
    <div className={classes.form} onDrop={drop}>
      <div className={classes.steps}>
        <div className={classes.intro}>
          <h2 className={classes.introTitle}>{t('new.title')}</h2>
          <p className={classes.muted}>{t('new.lead')}</p>
        </div>
        <StepWhat />
        <StepTask />
        <StepWhere />
      </div>
      <div className={classes.bar} data-action-bar>
        {error === null ? (
          <span className={classes.muted}>{ready ? t('new.safe') : t(draft.sources.length === 0 ? 'new.choose' : looking ? 'preview.looking' : 'new.notReady')}</span>
        ) : (
          <span className={classes.refused} role="alert">{errorText(error).title}</span>
        )}
        <Button leftSection={<Play size={15} aria-hidden />} disabled={!ready} loading={starting} onClick={() => void start()}>
          {draft.watch ? t('new.startWatching') : ready && preview?.complete ? t('new.startCount', { count }) : t('new.start')}
        </Button>
      </div>
    </div>
  );
}
