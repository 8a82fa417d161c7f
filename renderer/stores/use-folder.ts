import { useCallback, useEffect, useState } from 'react';
import type { Result } from '../../main/contract/api';
import type { ErrorReport } from '../../main/contract/errors';
import { reportOf } from '../bridge/check';
import { useBridge } from './bridge-context';

export type FolderListing = Result<'folders.list'>;

/** What lies in a folder that may be chosen from, for ui/folder-browser. `go(null)` shows the roots. */
export function useFolder(active: boolean) {
  const bridge = useBridge();
  const [listing, setListing] = useState<FolderListing | null>(null);
  const [error, setError] = useState<ErrorReport | null>(null);
  const [loading, setLoading] = useState(false);
  const go = useCallback(
    async (path: string | null) => {
      setLoading(true);
      setError(null);
      try {
        setListing(await bridge.call('folders.list', { path }));
      } catch (problem) {
        setError(reportOf(problem));
      }
      setLoading(false);
    },
    [bridge],
  );
  useEffect(() => {
    if (active) void Promise.resolve().then(() => go(null));
  }, [active, go]);
  return { listing, error, loading, go };
}
