import { useEffect } from 'react';
import { useModels } from '../../../stores/bridge-context';
import { usableFor } from '../../../stores/models';
import { begun } from './begun';
import { useJobActions } from './use-submit';
import type { PictureEntry } from './use-pictures';

/** A picture that was opened alone is segmented at once; several wait for "segment all". */
export function useAutoRun(pictures: readonly PictureEntry[], jobsKnown: boolean): void {
  const hasModel = useModels((state) => usableFor(state.models, 'segment').length > 0);
  const { submit } = useJobActions();
  const fresh = pictures.filter(({ file, job, enlarging }) => job === undefined && enlarging === undefined && !begun.has(file.id));
  const several = fresh.length > 1;
  const only = fresh.length === 1 ? fresh[0]!.file.id : undefined;
  useEffect(() => {
    if (several) fresh.forEach(({ file }) => begun.add(file.id)); // the last of them that is left shall not start by itself
    if (!jobsKnown || !hasModel || only === undefined || begun.has(only)) return;
    begun.add(only);
    void submit(only, 'segment');
  });
}
