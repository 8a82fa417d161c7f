import { Button } from '@mantine/core';
import { AudioLines, Box, Image, X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../main/contract/api';
import { useBridge } from '../stores/bridge-context';
import { IconButton } from '../ui/IconButton';
import classes from './RecentFiles.module.css';

const ICONS = { image: Image, audio: AudioLines, model: Box };
const MOST = 6;

/** What was opened last, to open it again or to take it off the list. Nothing where nothing was. */
export function RecentFiles({ onOpen }: { onOpen: (path: string) => void }) {
  const { t } = useTranslation();
  const bridge = useBridge();
  const [files, setFiles] = useState<Result<'files.recent'>>([]);
  const load = useCallback(() => bridge.call('files.recent', {}).then(setFiles, () => setFiles([])), [bridge]);
  useEffect(() => void load(), [load]);
  const forget = (path: string | null) => void bridge.call('files.forget', { path }).then(load, load);

  if (files.length === 0) return null;
  return (
    <section aria-label={t('open.recent')}>
      <div className={classes.head}>
        <h3 className={classes.title}>{t('open.recent')}</h3>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => forget(null)}>{t('open.forgetAll')}</Button>
      </div>
      <ul className={classes.list}>
        {files.slice(0, MOST).map(({ path, name, kind }) => {
          const Icon = ICONS[kind];
          return (
            <li key={path} className={classes.row}>
              <button type="button" className={classes.file} title={path} onClick={() => onOpen(path)}>
                <Icon size={16} strokeWidth={1.75} aria-hidden />
                <bdi className={classes.name}>{name}</bdi>
                <span className={classes.folder}><bdi>{path.slice(0, -name.length - 1)}</bdi></span>
              </button>
              <IconButton icon={X} size={24} label={t('open.forget', { name })} onClick={() => forget(path)} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
