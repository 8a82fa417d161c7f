import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../../i18n/errors';
import { useFormat } from '../../../i18n/format';
import { ErrorNote } from '../../../ui/ErrorNote';
import { ProgressLine } from '../../../ui/ProgressLine';
import { isActive, type PictureEntry } from '../files/use-pictures';
import { useJobActions } from '../files/use-submit';
import { useSegment, useSession } from '../session/context';
import { CanvasStatus } from './CanvasStatus';
import { CanvasView } from './CanvasView';
import { Navigator } from './Navigator';
import { Preview } from './Preview';
import { ToolBar } from './ToolBar';
import classes from './Stage.module.css';

/** The canvas with its tools, and what the job is doing over it. */
export function Stage({ entry: { file, job, enlarging } }: { entry: PictureEntry }) {
  const { t } = useTranslation('segment');
  const errorText = useErrorText();
  const { cancel, retry } = useJobActions();
  const loading = useSegment((state) => state.loading);
  const error = useSegment((state) => state.error);
  const session = useSession();
  const active = isActive(job) ? job : isActive(enlarging) ? enlarging : undefined;
  const failed = [job, enlarging].find((one) => one?.state === 'failed');
  const stage = active && (active.state === 'queued' || active.stage === '' ? t('state.queued') : t(`stage.${active.stage.replaceAll(' ', '_')}`, { defaultValue: active.stage }));
  const format = useFormat();
  return (
    <section className={classes.stage} aria-label={t('canvas.area')}>
      <ToolBar />
      <div className={classes.view}>
        <CanvasView />
        <Preview key={file.id} file={file.id} />
        <Navigator file={file.id} />
        <div className={classes.over}>
          {active && (
            <div className={classes.card} data-testid="job-status">
              <div className={classes.words}>
                <span role="status">{stage}</span>
                <span>{active.state === 'running' && format.progress(active.fraction)}</span>
                <Button size="compact-xs" variant="default" onClick={() => void cancel(active.id)}>
                  {t('actions.cancel')}
                </Button>
              </div>
              <ProgressLine fraction={active.state === 'queued' ? null : active.fraction} label={stage ?? ''} />
            </div>
          )}
          {!active && loading && (
            <div className={classes.card} role="status">
              <div className={classes.words}>{t('canvas.loading')}</div>
              <ProgressLine fraction={null} label={t('canvas.loading')} />
            </div>
          )}
          {failed?.error && (
            <ErrorNote {...errorText(failed.error)}>
              <Button size="xs" onClick={() => void retry(failed.id)}>
                {t('actions.retry')}
              </Button>
            </ErrorNote>
          )}
          {error && error.message !== failed?.error?.message && (
            <ErrorNote {...errorText(error)}>
              <Button size="xs" onClick={() => session.again()}>
                {t('actions.retry')}
              </Button>
            </ErrorNote>
          )}
        </div>
      </div>
      <CanvasStatus file={file.id} />
    </section>
  );
}
