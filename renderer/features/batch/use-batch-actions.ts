import type { BatchInfo, BatchItem } from '../../../main/contract/batch';
import type { ErrorReport } from '../../../main/contract/errors';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useStudio } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { folderOf } from './paths';

/** What can be done with a batch; a refusal is told as a notice. */
export function useBatchActions({ id, spec }: Pick<BatchInfo, 'id' | 'spec'>) {
  const { bridge, batches, files, screens } = useStudio();
  const errorText = useErrorText();
  const tell = (report: ErrorReport) => {
    const { title, advice } = errorText(report);
    notify('error', title, { detail: advice });
  };
  const told = (work: Promise<unknown>) => {
    void work.catch((error: unknown) => tell(reportOf(error)));
  };

  async function open({ input }: Pick<BatchItem, 'input'>): Promise<void> {
    const { files: [file], rejected: [rejected] } = await files.getState().openPaths([input]);
    if (rejected) tell(rejected.error);
    if (file) screens.getState().go(file.kind === 'audio' ? 'transcribe' : 'segment');
  }

  return {
    pause: () => told(bridge.call('batch.pause', { batch: id })),
    resume: () => told(bridge.call('batch.resume', { batch: id })),
    finish: () => told(bridge.call('batch.finish', { batch: id })),
    cancel: () => told(bridge.call('batch.cancel', { batch: id })),
    retry: () => told(bridge.call('batch.retry', { batch: id })),
    remove: () => told(bridge.call('batch.remove', { batch: id }).then(() => batches.getState().drop(id))),
    /** Opens the input of an item on its screen. */
    open: (item: Pick<BatchItem, 'input'>) => told(open(item)),
    reveal: (path: string) => told(bridge.call('shell.reveal', { path })),
    openFolder: () => told(bridge.call('shell.reveal', { path: spec.outDir ?? (spec.sources.length === 1 ? spec.sources[0]! : folderOf(spec.sources[0]!)) })),
  };
}
