import type { BatchInfo } from '../../../main/contract/batch';
import { reportOf } from '../../bridge/check';
import { useErrorText } from '../../i18n/errors';
import { useStudio } from '../../stores/bridge-context';
import { notify } from '../../stores/notices';
import { useOpenFiles } from '../../stores/use-open-files';
import { folderOf } from './paths';

/** What can be done with a batch; a refusal is told as a notice. */
export function useBatchActions({ id, spec }: Pick<BatchInfo, 'id' | 'spec'>) {
  const { bridge, batches } = useStudio();
  const { openPaths } = useOpenFiles();
  const errorText = useErrorText();
  const told = (work: Promise<unknown>) => {
    void work.catch((error: unknown) => {
      const { title, advice } = errorText(reportOf(error));
      notify('error', title, { detail: advice });
    });
  };
  return {
    pause: () => told(bridge.call('batch.pause', { batch: id })),
    resume: () => told(bridge.call('batch.resume', { batch: id })),
    finish: () => told(bridge.call('batch.finish', { batch: id })),
    cancel: () => told(bridge.call('batch.cancel', { batch: id })),
    retry: () => told(bridge.call('batch.retry', { batch: id })),
    remove: () => told(bridge.call('batch.remove', { batch: id }).then(() => batches.getState().drop(id))),
    /** Opens the input of an item on its screen. */
    open: (input: string) => void openPaths([input]),
    reveal: (path: string) => told(bridge.call('shell.reveal', { path })),
    openFolder: () => told(bridge.call('shell.reveal', { path: spec.outDir ?? (spec.sources.length === 1 ? spec.sources[0]! : folderOf(spec.sources[0]!)) })),
  };
}
