import { Button } from '@mantine/core';
import { CircleStop, EyeOff, FolderOpen, Pause, Play, RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchInfo } from '../../../main/contract/batch';
import { isActiveBatch } from '../../stores/batches';
import { useConnection } from '../../stores/bridge-context';
import { useCommand } from '../../stores/use-command';
import { IconButton } from '../../ui/IconButton';
import classes from './BatchDetail.module.css';
import { ConfirmDialog } from './ConfirmDialog';
import { useBatchActions } from './use-batch-actions';

/** Pause, go on, try again, cancel, open the folder, remove; each with a key. */
export function BatchActions({ batch }: { batch: BatchInfo }) {
  const { t } = useTranslation('batch');
  const actions = useBatchActions(batch);
  const systemDialogs = useConnection((state) => state.info?.systemDialogs ?? false);
  const [asking, setAsking] = useState<'cancel' | 'remove' | null>(null);
  const { spec, state, failed } = batch;
  const active = isActiveBatch(batch) || state === 'watching';
  const resumable = state === 'paused' || state === 'cancelled' || (state === 'done' && spec.watch === true);
  const remove = () => (active ? setAsking('remove') : actions.remove());
  const group = t('title');

  useCommand('batch.pause', () => (active ? actions.pause() : actions.resume()), active || resumable, { keys: ['P'], label: t('actions.pauseKey'), group });
  useCommand('batch.retry', actions.retry, failed > 0, { keys: ['R'], label: t('actions.retry'), group });
  useCommand('batch.cancel', () => setAsking('cancel'), active || state === 'paused', { keys: ['C'], label: t('actions.cancel'), group });
  useCommand('batch.remove', remove, true, { keys: ['Mod+Backspace'], label: t('actions.remove'), group });

  return (
    <div className={classes.actions}>
      {active && <Button variant="default" leftSection={<Pause size={15} aria-hidden />} onClick={actions.pause}>{t('actions.pause')}</Button>}
      {resumable && <Button leftSection={<Play size={15} aria-hidden />} onClick={actions.resume}>{t(state === 'done' ? 'actions.watch' : 'actions.resume')}</Button>}
      {active && spec.watch && <Button variant="default" leftSection={<EyeOff size={15} aria-hidden />} onClick={actions.finish}>{t('actions.finish')}</Button>}
      {failed > 0 && <Button variant="default" leftSection={<RotateCcw size={15} aria-hidden />} onClick={actions.retry}>{t('actions.retry')}</Button>}
      {systemDialogs && <IconButton icon={FolderOpen} label={t('actions.openFolder')} onClick={actions.openFolder} />}
      {(active || state === 'paused') && <IconButton icon={CircleStop} label={t('actions.cancel')} onClick={() => setAsking('cancel')} />}
      <IconButton icon={Trash2} label={t('actions.remove')} onClick={remove} />
      {asking !== null && (
        <ConfirmDialog
          title={t(`confirm.${asking}.title`)}
          text={t(`confirm.${asking}.text`)}
          action={t(`actions.${asking}`)}
          onClose={() => setAsking(null)}
          onConfirm={asking === 'cancel' ? actions.cancel : actions.remove}
        />
      )}
    </div>
  );
}
