import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { DeskJob } from '../../../../main/contract/desk';
import type { ErrorReport } from '../../../../main/contract/errors';
import type { OpenedFile } from '../../../../main/contract/media';
import { reportOf } from '../../../bridge/check';
import { useFiles, useJobs, useModels, useStudio } from '../../../stores/bridge-context';
import { jobsInOrder } from '../../../stores/jobs';
import { usableFor } from '../../../stores/models';
import type { Studio } from '../../../stores/studio';
import { options } from '../options';

export interface QueueRow {
  file: OpenedFile;
  job: DeskJob | null; // null: not handed in
  error: ErrorReport | null; // why it could not be handed in
}

/** Files that were handed in from this window, and which of them were refused. */
const handedIn = createStore<{ tried: ReadonlySet<string>; refused: Readonly<Record<string, ErrorReport>> }>()(() => ({ tried: new Set(), refused: {} }));

export async function transcribe(studio: Studio, file: OpenedFile): Promise<DeskJob | null> {
  handedIn.setState(({ tried, refused }) => ({ tried: new Set([...tried, file.id]), refused: Object.fromEntries(Object.entries(refused).filter(([id]) => id !== file.id)) }));
  const { denoise } = options.getState();
  const cleaner = usableFor(studio.models.getState().models, 'enhance').find(({ id }) => id === denoise);
  try {
    return await studio.jobs.getState().submit({ file: file.id, task: 'transcribe', ...(cleaner === undefined ? {} : { denoise: cleaner.id }) });
  } catch (error) {
    handedIn.setState(({ refused }) => ({ refused: { ...refused, [file.id]: reportOf(error) } }));
    return null;
  }
}

/** Recordings of this window and of the desk, in the order of opening; a file that is opened here is transcribed at once. */
export function useQueue(): { rows: readonly QueueRow[]; shown: QueueRow | null; loaded: boolean } {
  const studio = useStudio();
  const files = useFiles((state) => state.files);
  const selected = useFiles((state) => state.selected.audio);
  const jobs = useJobs((state) => state.jobs);
  const loaded = useJobs((state) => state.loaded);
  const models = useModels((state) => state.loaded);
  const refused = useStore(handedIn, (state) => state.refused);

  const rows = useMemo(() => {
    const latest = new Map<string, DeskJob>(); // by file
    for (const job of jobsInOrder(jobs).reverse()) if (job.task === 'transcribe') latest.set(job.file.id, job);
    const all = new Map<string, OpenedFile>([...[...latest.values()].map((job) => job.file), ...files.filter(({ kind }) => kind === 'audio')].map((file) => [file.id, file]));
    return [...all.values()].map((file): QueueRow => ({ file, job: latest.get(file.id) ?? null, error: refused[file.id] ?? null }));
  }, [jobs, files, refused]);

  useEffect(() => {
    if (!loaded || !models) return;
    for (const { file, job } of rows) if (job === null && !handedIn.getState().tried.has(file.id)) void transcribe(studio, file);
  }, [studio, rows, loaded, models]);

  return { rows, shown: rows.find(({ file }) => file.id === selected) ?? rows.at(-1) ?? null, loaded };
}
