import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { DeskJob } from '../../../../main/contract/desk';
import type { OpenedFile } from '../../../../main/contract/media';
import { useFiles, useJobs } from '../../../stores/bridge-context';
import { jobsInOrder } from '../../../stores/jobs';
import { removed } from './removal';

export interface PictureEntry {
  file: OpenedFile;
  job: DeskJob | undefined; // the newest that segments it
  enlarging: DeskJob | undefined; // the newest that upscales it
}

/** Pictures that lie open: the window's files, and those of the desk's jobs, which another window may have opened. */
export function usePictures(): PictureEntry[] {
  const files = useFiles((state) => state.files);
  const jobs = useJobs((state) => state.jobs);
  const hidden = useStore(removed, ({ ids }) => ids);
  return useMemo(() => {
    const entries = new Map(files.filter(({ kind }) => kind === 'image').map((file): [string, PictureEntry] => [file.id, { file, job: undefined, enlarging: undefined }]));
    for (const job of jobsInOrder(jobs)) {
      if (job.task !== 'segment' && job.task !== 'upscale') continue;
      const entry = entries.get(job.file.id) ?? { file: job.file, job: undefined, enlarging: undefined };
      entries.set(job.file.id, entry);
      if (job.task === 'segment') entry.job ??= job;
      else entry.enlarging ??= job;
    }
    return [...entries.values()].filter(({ file }) => !hidden.has(file.id));
  }, [files, jobs, hidden]);
}

/** The picture to show when some are taken away: the one behind them, else the one before. */
export function neighbour(pictures: readonly PictureEntry[], ...gone: string[]): string | null {
  const places = pictures.flatMap(({ file }, i) => (gone.includes(file.id) ? [i] : []));
  const stays = pictures.filter(({ file }) => !gone.includes(file.id));
  return (stays[Math.min((places[0] ?? 0), stays.length - 1)] ?? null)?.file.id ?? null;
}

export const isActive = (job: DeskJob | undefined): job is DeskJob => job?.state === 'queued' || job?.state === 'running';
