import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenResult } from '../../main/contract/media';
import { reportOf } from '../bridge/check';
import { useErrorText } from '../i18n/errors';
import { useStudio } from './bridge-context';
import type { FileKind } from './files';
import { notify } from './notices';
import type { Screen } from './screens';

const NAMED = 5; // files that could not be opened, at most
const SCREEN_OF: Record<FileKind, Screen> = { image: 'segment', audio: 'transcribe', model: 'models' };

/** Ways to open something from anywhere: each shows the screen that fits, and says what is on another one and what could not be opened. */
export function useOpenFiles() {
  const studio = useStudio();
  const { t } = useTranslation();
  const errorText = useErrorText();

  const show = useCallback(
    (result: OpenResult) => {
      const first = result.files[0];
      if (first !== undefined) studio.screens.getState().go(SCREEN_OF[first.kind]);
      for (const [kind, screen] of Object.entries(SCREEN_OF) as [FileKind, Screen][]) {
        const count = result.files.filter((file) => file.kind === kind).length;
        if (count === 0 || kind === first?.kind) continue; // those of another kind than what is shown now
        notify('info', t('open.elsewhere', { count, screen: t(`screens.${screen}`) }), { action: { label: t('open.show'), run: () => studio.screens.getState().go(screen) } });
      }
      const [one, ...more] = result.rejected;
      if (one === undefined) return;
      const { title, advice, detail } = errorText(one.error);
      if (more.length === 0) notify('error', `${one.name}: ${title}`, { detail: advice || detail });
      else {
        const names = result.rejected.slice(0, NAMED).map((file) => file.name).join(', ') + (result.rejected.length > NAMED ? ' …' : '');
        const alike = more.every(({ error }) => error.code === one.error.code);
        notify('error', t('open.rejected', { count: result.rejected.length }), { detail: alike ? `${title}: ${names}` : names });
      }
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
