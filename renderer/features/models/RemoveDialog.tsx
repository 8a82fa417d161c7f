import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelEntry } from '../../../main/contract/library';
import { useFormat } from '../../i18n/format';
import { useReturnFocus } from '../../ui/use-return-focus';
import { useModelActions } from './use-model-actions';
import classes from './ModelsScreen.module.css';

export function RemoveDialog({ model, onClose }: { model: ModelEntry; onClose: () => void }) {
  useReturnFocus();
  const { t } = useTranslation(['models', 'common']);
  const format = useFormat();
  const { remove, busy } = useModelActions(model);
  return (
    <Modal opened onClose={onClose} title={t('removeTitle', { name: model.name })} size="sm" closeButtonProps={{ 'aria-label': t('common:close') }}>
      <p>{t('removeText', { size: format.bytes(model.bytes ?? 0) })}</p>
      <div className={classes.dialogActions}>
        <Button variant="default" data-autofocus onClick={onClose}>{t('common:cancel')}</Button>
        <Button color="red" loading={busy === 'remove'} onClick={() => void remove().then(onClose)}>{t('remove')}</Button>
      </div>
    </Modal>
  );
}
