import { X } from 'lucide-react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useErrorText } from '../../i18n/errors';
import { useBridge } from '../../stores/bridge-context';
import { ErrorNote } from '../../ui/ErrorNote';
import { IconButton } from '../../ui/IconButton';
import { ProgressLine } from '../../ui/ProgressLine';
import { dismissImport, importModel, imports } from './imports';
import classes from './ModelsScreen.module.css';

/** Model files on their way in, and those that could not be taken. */
export function ImportList() {
  const { t } = useTranslation('models');
  const bridge = useBridge();
  const errorText = useErrorText();
  const list = useStore(imports, (state) => state.list);
  return list.map(({ file, error }) => {
    if (error === null) {
      return (
        <div key={file.id} className={classes.importing} role="status">
          <span>{t('importing', { name: file.name })}</span>
          <ProgressLine fraction={null} label={file.name} />
        </div>
      );
    }
    const text = errorText(error);
    return (
      <ErrorNote key={file.id} {...text} title={`${file.name}: ${text.title}`}>
        <Button size="compact-xs" variant="default" onClick={() => void importModel(bridge, file)}>{t('again')}</Button>
        <IconButton icon={X} size={24} label={t('dismiss', { name: file.name })} onClick={() => dismissImport(file.id)} />
      </ErrorNote>
    );
  });
}
