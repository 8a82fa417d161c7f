import { Button, Modal } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../main/contract/library';
import { useErrorText } from '../../i18n/errors';
import { ErrorNote } from '../../ui/ErrorNote';
import { ProgressLine } from '../../ui/ProgressLine';
import { useReturnFocus } from '../../ui/use-return-focus';
import classes from './TryDialog.module.css';
import { TrialResult } from './TrialResult';
import { TRIALS, useTrial } from './use-trial';

/** Runs a model on a file that is chosen, pasted, or dropped anywhere on the window. */
export function TryDialog({ model, onClose }: { model: ModelEntry; onClose: () => void }) {
  useReturnFocus();
  const { t } = useTranslation(['models', 'common']);
  const errorText = useErrorText();
  const input = useRef<HTMLInputElement>(null);
  const { job, opening, error, open, pick, cancel } = useTrial(model, onClose);
  const busy = opening || job?.state === 'queued' || job?.state === 'running';
  const { accept, kind } = TRIALS[model.task];
  const take = useRef<(files: readonly File[]) => void>(() => undefined);
  useEffect(() => {
    take.current = (files) => !busy && void open(files);
  });
  useEffect(() => {
    const taken = (event: DragEvent | ClipboardEvent) => {
      const { files } = ('dataTransfer' in event ? event.dataTransfer : event.clipboardData) ?? {};
      if (files === undefined || files.length === 0) return;
      event.preventDefault(); // else the window opens it, with another model
      take.current([...files]);
    };
    for (const name of ['drop', 'paste'] as const) window.addEventListener(name, taken, true);
    return () => {
      for (const name of ['drop', 'paste'] as const) window.removeEventListener(name, taken, true);
    };
  }, []);

  return (
    <Modal opened onClose={onClose} title={t('tryTitle', { name: model.name })} size="md" closeButtonProps={{ 'aria-label': t('common:close') }}>
      <div className={classes.trial}>
        <div className={classes.drop}>
          <FileUp size={22} strokeWidth={1.5} aria-hidden />
          <p>{t(`tryHints.${kind ?? 'any'}`)}</p>
          <Button data-autofocus variant={job?.state === 'done' ? 'default' : 'filled'} disabled={busy} onClick={() => void (pick ? pick() : input.current?.click())}>
            {t(job === null ? 'tryChoose' : 'tryAnother')}
          </Button>
          <input ref={input} type="file" hidden accept={accept} aria-label={t('tryChoose')} onChange={(event) => void open([...(event.currentTarget.files ?? [])])} />
        </div>
        {busy && (
          <div className={classes.running} role="status">
            <span>{job?.file.name ?? ''}</span>
            <ProgressLine fraction={job === null || job.fraction === 0 ? null : job.fraction} label={t('tryTitle', { name: model.name })} />
            {job !== null && <Button size="compact-xs" variant="default" onClick={cancel}>{t('common:cancel')}</Button>}
          </div>
        )}
        {error !== null && <ErrorNote {...errorText(error)} />}
        {job?.state === 'done' && <TrialResult key={job.id} job={job} />}
      </div>
    </Modal>
  );
}
