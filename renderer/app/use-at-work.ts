import { useMemo } from 'react';
import { isActiveBatch } from '../stores/batches';
import { useBatches, useJobs } from '../stores/bridge-context';
import { activeJobs } from '../stores/jobs';

/** What waits or runs, jobs and batches, and how far all of it is together; null: nothing does. */
export function useAtWork() {
  const jobs = useJobs((state) => state.jobs);
  const all = useBatches((state) => state.batches);
  return useMemo(() => {
    const active = activeJobs(jobs);
    const batches = all.filter(isActiveBatch);
    const parts = [...active, ...batches].map(({ fraction }) => fraction);
    return { active, batches, fraction: parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0) / parts.length };
  }, [jobs, all]);
}
