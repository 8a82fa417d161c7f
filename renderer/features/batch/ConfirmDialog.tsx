import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../ui/use-return-focus';
import classes from './NewBatch.module.css';

interface Props {
  title: string;
  text: string;
  action: string;
  onClose: () => void;
  onConfirm: () => void;
}

export function ConfirmDialog({ title, text, action, onClose, onConfirm }: Props) {
  useReturnFocus();
  const { t } = useTranslation(['batch', 'common']);
  return (
    <Modal opened onClose={onClose} title={title} size="sm" closeButtonProps={{ 'aria-label': t('common:close') }}>
      <p>{text}</p>
      <div className={classes.dialogActions}>
        <Button variant="default" onClick={onClose}>{t('confirm.keep')}</Button>
        <Button
          data-autofocus
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {action}
        </Button>
      </div>
    </Modal>
  );
}
