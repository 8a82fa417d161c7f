import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenResult } from '../../main/contract/media';
import { reportOf } from '../bridge/check';
import { useErrorText } from '../i18n/errors';
import { useStudio } from '../stores/bridge-context';
import type { FileKind } from '../stores/files';
import { notify } from '../stores/notices';
import type { Screen } from '../stores/screens';

const SCREEN_OF: Record<FileKind, Screen> = { image: 'segment', audio: 'transcribe', model: 'models' };

/** Ways to open something from anywhere: each shows the screen that fits, and says what could not be opened. */
export function useOpenFiles() {
  const studio = useStudio();
  const { t } = useTranslation();
  const errorText = useErrorText();

  const show = useCallback(
    (result: OpenResult) => {
      const first = result.files[0];
      if (first !== undefined) studio.screens.getState().go(SCREEN_OF[first.kind]);
      const [one, ...more] = result.rejected;
      if (one === undefined) return;
      const { title, advice, detail } = errorText(one.error);
      if (more.length === 0) notify('error', `${one.name}: ${title}`, { detail: advice || detail });
      else notify('error', t('open.rejected', { count: result.rejected.length }), { detail: result.rejected.slice(0, 5).map((file) => file.name).join(', ') });
    },
    [studio, t, errorText],
  );

  const run = useCallback(
    async (work: Promise<OpenResult>) => {
      try {
        show(await work);
      } catch (error) {
        const { title, advice } = errorText(reportOf(error));
        notify('error', title, { detail: advice });
      }
    },
    [show, errorText],
  );

  return {
    show,
    openFiles: (files: readonly File[]) => run(studio.files.getState().open(files)),
    openPaths: (paths: readonly string[]) => run(studio.files.getState().openPaths(paths)),
    pick: (kind?: FileKind) => run(studio.files.getState().pick(kind)),
  };
}
