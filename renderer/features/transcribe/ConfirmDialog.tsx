import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../ui/use-return-focus';
import classes from './Screen.module.css';

/** Asks before work of the user's is lost. */
export function ConfirmDialog({ kind, name, onClose, onConfirm }: { kind: 'again' | 'discard' | 'remove'; name: string; onClose: () => void; onConfirm: () => void }) {
  useReturnFocus();
  const { t } = useTranslation(['transcribe', 'common']);
  return (
    <Modal opened onClose={onClose} title={t(`confirm.${kind}.title`, { name })} size="sm" closeButtonProps={{ 'aria-label': t('common:close') }}>
      <p>{t(`confirm.${kind}.text`, { name })}</p>
      <div className={classes.dialogActions}>
        <Button variant="default" data-autofocus onClick={onClose}>{t('cancel')}</Button>
        <Button
          color="red"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {t(`confirm.${kind}.action`)}
        </Button>
      </div>
    </Modal>
  );
}
