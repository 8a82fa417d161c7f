import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../../i18n/errors';
import { useFolder } from '../../stores/use-folder';
import { ErrorNote } from '../../ui/ErrorNote';
import { FolderBrowser } from '../../ui/folder-browser/FolderBrowser';
import { useReturnFocus } from '../../ui/use-return-focus';
import classes from './NewBatch.module.css';
import type { Wanted } from './use-choose';

interface Props {
  wanted: Wanted;
  title: string;
  onClose: () => void;
  onChosen: (paths: string[]) => void;
}

/** Folders and files of the machine that serves. */
export function ChooseDialog({ wanted, title, onClose, onChosen }: Props) {
  useReturnFocus();
  const { t } = useTranslation(['batch', 'common']);
  const errorText = useErrorText();
  const { listing, error, loading, go } = useFolder(true);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const path = listing?.path ?? null;
  const chosen = wanted === 'folder' ? (path === null ? [] : [path]) : [...selected];

  function toggle(one: string) {
    const next = new Set(selected);
    if (!next.delete(one)) next.add(one);
    setSelected(next);
  }

  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t('common:close') }}>
      {error !== null && <ErrorNote {...errorText(error)} />}
      <FolderBrowser
        path={path}
        parent={listing?.parent ?? null}
        entries={listing?.entries ?? []}
        loading={loading}
        selected={selected}
        choose={wanted}
        words={{ list: t('common:open.list'), roots: t('common:open.roots'), up: t('common:open.up'), empty: t('choose.empty') }}
        onGo={(to) => void go(to)}
        onToggle={toggle}
      />
      <div className={classes.dialogActions}>
        <Button variant="default" onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          disabled={chosen.length === 0}
          onClick={() => {
            onChosen(chosen);
            onClose();
          }}
        >
          {wanted === 'folder' ? t('choose.folder') : t('choose.files', { count: chosen.length })}
        </Button>
      </div>
    </Modal>
  );
}
