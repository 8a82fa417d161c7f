import { useEffect, useState } from 'react';
import type { Bridge } from '../../../bridge/bridge';
import { patiently } from '../session/patiently';

/** For an <img> of something that the server makes: what failed as a process ended is asked for again a few times, what cannot be made is `broken`. */
export function useRendition(bridge: Bridge, path: string): { src: string; broken: boolean; onError: () => void } {
  const [failures, setFailures] = useState(0);
  const [state, setState] = useState<'asked' | 'made' | 'broken'>('asked');
  useEffect(() => {
    if (failures === 0) return;
    const stop = new AbortController();
    patiently(() => bridge.fetch(path, { signal: stop.signal }), stop.signal).then(
      () => setState(failures > 1 ? 'broken' : 'made'),
      () => !stop.signal.aborted && setState('broken'),
    );
    return () => stop.abort();
  }, [bridge, path, failures]);
  const url = bridge.url(path);
  return { src: state === 'made' ? `${url}?again` : url, broken: state === 'broken', onError: () => setFailures((before) => before + 1) };
}
