import { Button, Modal } from '@mantine/core';
import { Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../i18n/errors';
import { useFolder } from '../stores/use-folder';
import { ErrorNote } from '../ui/ErrorNote';
import { FolderBrowser } from '../ui/folder-browser/FolderBrowser';
import classes from './OpenDialog.module.css';
import { RecentFiles } from './RecentFiles';
import { useOpenFiles } from '../stores/use-open-files';

/** Opening without a system dialog of our own: files of the machine that serves, or an upload through the browser's dialog. */
export function OpenDialog({ kind, onClose }: { kind: 'files' | 'folder' | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={kind !== null} onClose={onClose} title={t(kind === 'folder' ? 'open.folder' : 'open.title')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
      {kind !== null && <OpenForm kind={kind} onClose={onClose} />}
    </Modal>
  );
}

function OpenForm({ kind, onClose }: { kind: 'files' | 'folder'; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { listing, error, loading, go } = useFolder(true);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const input = useRef<HTMLInputElement>(null);
  const { openFiles, openPaths } = useOpenFiles();
  const path = listing?.path ?? null;

  function toggle(one: string) {
    const next = new Set(selected);
    if (!next.delete(one)) next.add(one);
    setSelected(next);
  }

  function finish(work: Promise<void>) {
    onClose();
    void work;
  }

  const chosen = kind === 'folder' ? (path === null ? [] : [path]) : [...selected];
  return (
    <div className={classes.form}>
      {kind === 'files' && path === null && <RecentFiles onOpen={(recent) => finish(openPaths([recent]))} />}
      {error !== null && <ErrorNote {...errorText(error)} />}
      <FolderBrowser
        path={path}
        parent={listing?.parent ?? null}
        entries={listing?.entries ?? []}
        loading={loading}
        selected={selected}
        choose={kind}
        words={{ list: t('open.list'), roots: t('open.roots'), up: t('open.up'), empty: t('open.empty') }}
        onGo={(to) => void go(to)}
        onToggle={toggle}
      />
      <div className={classes.actions}>
        {kind === 'files' && (
          <Button variant="default" leftSection={<Upload size={15} aria-hidden />} onClick={() => input.current?.click()}>
            {t('open.upload')}
          </Button>
        )}
        <input ref={input} type="file" multiple hidden aria-label={t('open.upload')} onChange={(event) => finish(openFiles([...(event.currentTarget.files ?? [])]))} />
        <span className={classes.space} />
        <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
        <Button disabled={chosen.length === 0} onClick={() => finish(openPaths(chosen))}>
          {kind === 'folder' ? t('open.this') : chosen.length === 0 ? t('commands.open') : t('open.count', { count: chosen.length })}
        </Button>
      </div>
    </div>
  );
}
