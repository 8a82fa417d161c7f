import type { Handlers } from '../../contract/api';
import type { Services } from './services';

type Area = 'submit' | 'list' | 'cancel' | 'retry' | 'remove' | 'transcript';

export function jobHandlers({ desk }: Pick<Services, 'desk'>): Pick<Handlers, `jobs.${Area}`> {
  return {
    'jobs.submit': (submission) => desk.submit(submission),
    'jobs.list': async () => desk.list(),
    'jobs.cancel': async ({ job }) => {
      desk.cancel(job);
      return {};
    },
    'jobs.retry': ({ job }) => desk.retry(job),
    'jobs.remove': async ({ job }) => {
      await desk.remove(job);
      return {};
    },
    'jobs.transcript': ({ job }) => desk.transcript(job),
  };
}
