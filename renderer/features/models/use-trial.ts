import { useState } from 'react';
import type { DeskJob } from '../../../main/contract/desk';
import type { ErrorReport } from '../../../main/contract/errors';
import type { Task } from '../../../main/contract/formats';
import type { ModelEntry } from '../../../main/contract/library';
import type { OpenResult } from '../../../main/contract/media';
import { reportOf } from '../../bridge/check';
import { useConnection, useJobs, useStudio } from '../../stores/bridge-context';
import type { FileKind } from '../../stores/files';
import type { Screen } from '../../stores/screens';

/** What a model of a task takes, and the screen that shows its results; without one the trial shows them itself. */
export const TRIALS: Record<Task, { kind?: FileKind; accept: string; screen?: Screen }> = {
  segment: { kind: 'image', accept: 'image/*', screen: 'segment' },
  upscale: { kind: 'image', accept: 'image/*', screen: 'segment' },
  transcribe: { kind: 'audio', accept: 'audio/*,video/*', screen: 'transcribe' },
  enhance: { kind: 'audio', accept: 'audio/*,video/*' },
  separate: { kind: 'audio', accept: 'audio/*,video/*' },
  classify: { accept: 'image/*,audio/*,video/*' },
};

/** One file through one model, by a job of the desk. `onShown`: another screen shows the result from now on. */
export function useTrial(model: ModelEntry, onShown: () => void) {
  const { bridge, files, jobs, screens } = useStudio();
  const systemDialogs = useConnection((state) => state.info?.systemDialogs ?? false);
  const [started, setStarted] = useState<string | null>(null); // id of the job
  const [refused, setRefused] = useState<ErrorReport | null>(null);
  const [opening, setOpening] = useState(false);
  const job = useJobs((state): DeskJob | null => (started === null ? null : (state.jobs[started] ?? null)));
  const { kind, screen } = TRIALS[model.task];

  async function run(open: () => Promise<OpenResult>) {
    setRefused(null);
    setOpening(true);
    try {
      const { files: [file], rejected: [rejected] } = await open();
      if (rejected) setRefused(rejected.error);
      if (!file) return;
      const { id } = await jobs.getState().submit({ file: file.id, task: model.task, model: model.id });
      if (screen === undefined) return setStarted(id);
      files.getState().add({ files: [file], rejected: [] });
      screens.getState().go(screen);
      onShown();
    } catch (error) {
      setRefused(reportOf(error));
    } finally {
      setOpening(false);
    }
  }

  return {
    job,
    opening,
    error: refused ?? job?.error ?? null,
    open: (chosen: readonly File[]) => (chosen.length === 0 ? Promise.resolve() : run(() => bridge.openFiles(chosen.slice(0, 1)))),
    /** Undefined where the browser's own dialog is used. */
    pick: systemDialogs ? () => run(() => bridge.call('files.pick', kind === undefined ? {} : { kind })) : undefined,
    cancel: () => job && void jobs.getState().cancel(job.id).catch((error: unknown) => setRefused(reportOf(error))),
  };
}
