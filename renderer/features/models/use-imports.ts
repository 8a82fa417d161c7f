import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useFiles, useStudio } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { importModel } from './imports';

/** Model files that were dropped, picked or opened anywhere are imported as soon as this screen sees them. */
export function useImports(): void {
  const { t } = useTranslation('models');
  const { bridge, files, models } = useStudio();
  const opened = useFiles((state) => state.files);
  useEffect(() => {
    for (const file of opened.filter((one) => one.kind === 'model')) {
      files.getState().close(file.id);
      void importModel(bridge, file).then((model) => {
        if (model === null) return;
        notify('success', t('imported', { name: model.name }));
        return models.getState().load();
      });
    }
  }, [opened, bridge, files, models, t]);
}
