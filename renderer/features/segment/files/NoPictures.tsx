import { Button } from '@mantine/core';
import { ScanSearch } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { resource } from '../../../../main/contract/resources';
import { useBridge, useFiles, useStudio } from '../../../stores/bridge-context';
import { EmptyState } from '../../../ui/EmptyState';
import { ScreenHeader } from '../../../ui/ScreenHeader';
import classes from './NoPictures.module.css';

/** Before anything is open: how to begin, and pictures to try. */
export function NoPictures() {
  const { t } = useTranslation('segment');
  const bridge = useBridge();
  const { commands } = useStudio();
  const demos = useFiles((state) => state.demos);
  const add = useFiles((state) => state.add);
  const pictures = (demos ?? []).filter(({ kind }) => kind === 'image');
  return (
    <div className={classes.screen}>
      <ScreenHeader title={t('title')} />
      <div className={classes.page}>
        <EmptyState icon={ScanSearch} title={t('empty.title')} actions={<Button onClick={() => commands.getState().run('open')}>{t('empty.open')}</Button>}>
          <p>{t('empty.text')}</p>
        </EmptyState>
        {pictures.length > 0 && (
          <section className={classes.demos} aria-label={t('empty.demos')}>
            <h2>{t('empty.demos')}</h2>
            <div>
              {pictures.map((file) => (
                <button key={file.id} type="button" onClick={() => add({ files: [file], rejected: [] })}>
                  <img src={bridge.url(resource.thumbnail(file.id))} alt="" />
                  <span>{file.name}</span>
                </button>
              ))}
            </div>
          </section>
        )}
      </div>
    </div>
  );
}
