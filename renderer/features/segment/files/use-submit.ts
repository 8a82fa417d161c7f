import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { reportOf } from '../../../bridge/check';
import { useErrorText } from '../../../i18n/errors';
import { useStudio } from '../../../stores/bridge-context';
import { notify } from '../../../stores/notices';
import { removePictures } from './removal';

/** Job actions that say what went wrong. */
export function useJobActions() {
  const { t } = useTranslation('segment');
  const studio = useStudio();
  const { jobs } = studio;
  const errorText = useErrorText();
  const said = useCallback(
    async (work: Promise<unknown>) => {
      try {
        await work;
      } catch (error) {
        const { title, advice } = errorText(reportOf(error));
        notify('error', title, { detail: advice });
      }
    },
    [errorText],
  );
  return {
    submit: (file: string, task: 'segment' | 'upscale', model?: string) => said(jobs.getState().submit({ file, task, ...(model !== undefined && { model }) })),
    cancel: (job: string) => said(jobs.getState().cancel(job)),
    retry: (job: string) => said(jobs.getState().retry(job)),
    /** Takes pictures from the list; for a while that can be undone. */
    close: (files: readonly string[], next: string | null) =>
      removePictures(studio, files, next, { message: t('strip.removed', { count: files.length }), undo: t('actions.undo') }, (error) => void said(Promise.reject(error instanceof Error ? error : new Error(String(error))))),
  };
}
