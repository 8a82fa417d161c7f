import { Button, Checkbox } from '@mantine/core';
import { FileImage, Folder, FolderPlus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommand } from '../../stores/use-command';
import { IconButton } from '../../ui/IconButton';
import { ChooseDialog } from './ChooseDialog';
import classes from './NewBatch.module.css';
import { folderOf, nameOf } from './paths';
import { Step } from './Step';
import { useDraft } from './use-batches';
import { useChoose } from './use-choose';

/** Which folders and files. */
export function StepWhat() {
  const { t } = useTranslation('batch');
  const { sources, watch } = useDraft((state) => state.draft);
  const { addSources, change } = useDraft((state) => state);
  const { wanted, choose, close } = useChoose(addSources);
  const [over, setOver] = useState(false);
  useCommand('open-folder', () => choose('folder'));
  useCommand('open', () => choose('files'));

  return (
    <Step number={1} title={t('what.title')}>
      <div className={classes.drop} data-over={over || undefined} onDragOver={() => setOver(true)} onDragLeave={() => setOver(false)} onDrop={() => setOver(false)}>
        {sources.length === 0 && <p className={classes.muted}>{t('what.empty')}</p>}
        {sources.length > 0 && (
          <ul className={classes.sources} aria-label={t('what.chosen')}>
            {sources.map((source) => (
              <li key={source} className={classes.source} title={source}>
                <Folder size={15} strokeWidth={1.75} aria-hidden />
                <span className={classes.sourceName}>{nameOf(source)}</span>
                <span className={classes.sourceFolder}>{folderOf(source)}</span>
                <IconButton icon={X} size={24} label={t('what.remove', { name: nameOf(source) })} onClick={() => change({ sources: sources.filter((one) => one !== source) })} />
              </li>
            ))}
          </ul>
        )}
        <div className={classes.buttons}>
          <Button variant={sources.length === 0 ? 'filled' : 'default'} leftSection={<FolderPlus size={15} aria-hidden />} onClick={() => choose('folder')}>{t('what.addFolder')}</Button>
          <Button variant="default" leftSection={<FileImage size={15} aria-hidden />} onClick={() => choose('files')}>{t('what.addFiles')}</Button>
        </div>
      </div>
      <Checkbox size="xs" className={classes.field} checked={watch === true} label={t('what.watch')} description={t('what.watchHint')} onChange={(event) => change({ watch: event.currentTarget.checked || undefined })} />
      {wanted !== null && <ChooseDialog wanted={wanted} title={t(wanted === 'folder' ? 'what.addFolder' : 'what.addFiles')} onClose={close} onChosen={addSources} />}
    </Step>
  );
}
