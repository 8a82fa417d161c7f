import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useJobs, useScreens } from '../stores/bridge-context';
import { activeJobs } from '../stores/jobs';

const NAME = 'Mamba Studio';

/** `42 % · Segment · Mamba Studio`: progress is seen in the task bar, too. */
export function useWindowTitle(): void {
  const { t } = useTranslation();
  const jobs = useJobs((state) => state.jobs);
  const screen = useScreens((state) => state.screen);
  const active = activeJobs(jobs);
  const percent = Math.floor((100 * active.reduce((sum, job) => sum + job.fraction, 0)) / Math.max(1, active.length));
  const title = [...(active.length > 0 ? [`${percent} %`] : []), t(`screens.${screen}`), NAME].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
