import { useEffect, useState } from 'react';
import { resource } from '../../../../main/contract/resources';
import { useBridge } from '../../../stores/bridge-context';
import { Peaks } from './peaks';

/** The waveform of a file; null until it is computed, or where that failed. */
export function usePeaks(file: string): { peaks: Peaks | null; failed: boolean } {
  const bridge = useBridge();
  const [loaded, setLoaded] = useState<{ file: string; peaks: Peaks | null } | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    bridge
      .fetch(resource.waveform(file), { signal: stop.signal })
      .then(async (response) => new Peaks(new Int8Array(await response.arrayBuffer())))
      .catch(() => null)
      .then((peaks) => {
        if (!stop.signal.aborted) setLoaded({ file, peaks });
      });
    return () => stop.abort();
  }, [bridge, file]);
  const known = loaded?.file === file ? loaded : null;
  return { peaks: known?.peaks ?? null, failed: known !== null && known.peaks === null };
}
