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
  idle: boolean; // its job was removed, and nothing is under way
}

/** Files that were handed in from this window, which of them are not answered yet, and which were refused. */
const handedIn = createStore<{ tried: ReadonlySet<string>; asked: ReadonlySet<string>; refused: Readonly<Record<string, ErrorReport>> }>()(() => ({ tried: new Set(), asked: new Set(), refused: {} }));

const without = (ids: ReadonlySet<string>, id: string) => new Set([...ids].filter((one) => one !== id));

/** A file that was closed is a new one when it is opened again. */
export function forget(file: string): void {
  handedIn.setState(({ tried }) => ({ tried: without(tried, file) }));
}

export async function transcribe(studio: Studio, file: OpenedFile): Promise<DeskJob | null> {
  handedIn.setState(({ tried, asked, refused }) => ({ tried: new Set([...tried, file.id]), asked: new Set([...asked, file.id]), refused: Object.fromEntries(Object.entries(refused).filter(([id]) => id !== file.id)) }));
  const { denoise } = options.getState();
  const cleaner = usableFor(studio.models.getState().models, 'enhance').find(({ id }) => id === denoise);
  try {
    return await studio.jobs.getState().submit({ file: file.id, task: 'transcribe', ...(cleaner === undefined ? {} : { denoise: cleaner.id }) });
  } catch (error) {
    handedIn.setState(({ refused }) => ({ refused: { ...refused, [file.id]: reportOf(error) } }));
    return null;
  } finally {
    handedIn.setState(({ asked }) => ({ asked: without(asked, file.id) }));
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
  const { tried, asked, refused } = useStore(handedIn);

  const rows = useMemo(() => {
    const latest = new Map<string, DeskJob>(); // by file
    for (const job of jobsInOrder(jobs).reverse()) if (job.task === 'transcribe') latest.set(job.file.id, job);
    const all = new Map<string, OpenedFile>([...[...latest.values()].map((job) => job.file), ...files.filter(({ kind }) => kind === 'audio')].map((file) => [file.id, file]));
    return [...all.values()].map((file): QueueRow => {
      const [job, error] = [latest.get(file.id) ?? null, refused[file.id] ?? null];
      return { file, job, error, idle: job === null && error === null && tried.has(file.id) && !asked.has(file.id) };
    });
  }, [jobs, files, tried, asked, refused]);

  useEffect(() => {
    if (!loaded || !models) return;
    for (const { file, job } of rows) if (job === null && !handedIn.getState().tried.has(file.id)) void transcribe(studio, file);
  }, [studio, rows, loaded, models]);

  return { rows, shown: rows.find(({ file }) => file.id === selected) ?? rows.at(-1) ?? null, loaded };
}
