import { useCallback, useEffect, useState } from 'react';
import type { ErrorReport } from '../../../main/contract/errors';
import type { LogEntry } from '../../../main/contract/log';
import { reportOf } from '../../bridge/check';
import { useBridge, useConnection } from '../../stores/bridge-context';
import { appended } from './lines';

const MOST = 5000;

/** The log so far and what is added; new lines are shown once a frame at most. */
export function useLog() {
  const bridge = useBridge();
  const connected = useConnection((state) => state.state === 'connected');
  const [entries, setEntries] = useState<readonly LogEntry[] | null>(null);
  const [error, setError] = useState<ErrorReport | null>(null);

  const load = useCallback(async () => {
    try {
      const read = await bridge.call('logs.read', { limit: MOST });
      setEntries(read);
      setError(null);
    } catch (problem) {
      setError(reportOf(problem));
    }
  }, [bridge]);

  useEffect(() => {
    if (connected) void Promise.resolve().then(load);
  }, [connected, load]);

  useEffect(() => {
    let fresh: LogEntry[] = [];
    let frame = 0;
    const end = bridge.on('log', (entry) => {
      fresh.push(entry);
      if (frame === 0) {
        frame = requestAnimationFrame(() => {
          const some = fresh;
          fresh = [];
          frame = 0;
          setEntries((known) => (known === null ? known : appended(known, some, MOST)));
        });
      }
    });
    return () => {
      end();
      cancelAnimationFrame(frame);
    };
  }, [bridge]);

  return { entries, error, load };
}
