import { useCallback } from 'react';
import { reportOf } from '../../../bridge/check';
import { useErrorText } from '../../../i18n/errors';
import { useStudio } from '../../../stores/bridge-context';
import { notify } from '../../../stores/notices';

/** Job actions that say what went wrong. */
export function useJobActions() {
  const { jobs, files } = useStudio();
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
    async close(file: string, job: string | undefined) {
      if (job !== undefined) await said(jobs.getState().remove(job));
      files.getState().close(file);
    },
  };
}
