/** The desk's jobs as the serving process tells them. */
import { createStore } from 'zustand/vanilla';
import type { DeskJob, Submission } from '../../main/contract/desk';
import type { Bridge } from '../bridge/bridge';

export interface JobsState {
  jobs: Readonly<Record<string, DeskJob>>;
  loaded: boolean;
  /** These reject with a BridgeError; the change itself comes as an event. */
  submit(submission: Submission): Promise<DeskJob>;
  cancel(job: string): Promise<void>;
  retry(job: string): Promise<DeskJob>;
  remove(job: string): Promise<void>;
  load(): Promise<void>;
}

export function createJobsStore(bridge: Bridge) {
  const store = createStore<JobsState>()((set) => {
    const put = (job: DeskJob) => {
      set((state) => ({ jobs: { ...state.jobs, [job.id]: job } }));
      return job;
    };
    const drop = (id: string) => set((state) => ({ jobs: Object.fromEntries(Object.entries(state.jobs).filter(([key]) => key !== id)) }));
    bridge.on('job', put);
    bridge.on('removed', ({ job }) => drop(job));
    return {
      jobs: {},
      loaded: false,
      submit: async (submission) => put(await bridge.call('jobs.submit', submission)),
      cancel: async (job) => void (await bridge.call('jobs.cancel', { job })),
      retry: async (job) => put(await bridge.call('jobs.retry', { job })),
      async remove(job) {
        await bridge.call('jobs.remove', { job });
        drop(job);
      },
      async load() {
        const list = await bridge.call('jobs.list', {});
        set({ jobs: Object.fromEntries(list.map((job) => [job.id, job])), loaded: true });
      },
    };
  });
  return store;
}

/** Newest first. */
export function jobsInOrder(jobs: Readonly<Record<string, DeskJob>>): DeskJob[] {
  return Object.values(jobs).sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
}

/** Jobs that wait or run, oldest first. */
export function activeJobs(jobs: Readonly<Record<string, DeskJob>>): DeskJob[] {
  return jobsInOrder(jobs)
    .filter((job) => job.state === 'queued' || job.state === 'running')
    .reverse();
}
