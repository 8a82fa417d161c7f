import { useMemo } from 'react';
import type { DeskJob } from '../../../../main/contract/desk';
import type { OpenedFile } from '../../../../main/contract/media';
import { useFiles, useJobs } from '../../../stores/bridge-context';
import { jobsInOrder } from '../../../stores/jobs';

export interface PictureEntry {
  file: OpenedFile;
  job: DeskJob | undefined; // the newest that segments it
  enlarging: DeskJob | undefined; // the newest that upscales it
}

/** Pictures that lie open: the window's files, and those of the desk's jobs, which another window may have opened. */
export function usePictures(): PictureEntry[] {
  const files = useFiles((state) => state.files);
  const jobs = useJobs((state) => state.jobs);
  return useMemo(() => {
    const entries = new Map(files.filter(({ kind }) => kind === 'image').map((file): [string, PictureEntry] => [file.id, { file, job: undefined, enlarging: undefined }]));
    for (const job of jobsInOrder(jobs)) {
      if (job.task !== 'segment' && job.task !== 'upscale') continue;
      const entry = entries.get(job.file.id) ?? { file: job.file, job: undefined, enlarging: undefined };
      entries.set(job.file.id, entry);
      if (job.task === 'segment') entry.job ??= job;
      else entry.enlarging ??= job;
    }
    return [...entries.values()];
  }, [files, jobs]);
}

export const isActive = (job: DeskJob | undefined): job is DeskJob => job?.state === 'queued' || job?.state === 'running';
