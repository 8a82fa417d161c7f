import { useEffect, useRef } from 'react';
import { useConnection, useStudio } from '../stores/bridge-context';
import { useOpenFiles } from '../stores/use-open-files';

/** Files that were opened outside of the window: open-with, the icon, a second start of the program. */
export function useOpenedElsewhere(): void {
  const { bridge, files } = useStudio();
  const connected = useConnection((state) => state.state === 'connected');
  const { show } = useOpenFiles();
  const latest = useRef(show);
  useEffect(() => {
    latest.current = show;
  });
  useEffect(() => bridge.on('opened', (result) => latest.current(result)), [bridge]);
  useEffect(() => {
    if (!connected) return;
    bridge.call('app.opened', {}).then(
      (result) => {
        files.getState().add(result);
        latest.current(result);
      },
      () => undefined, // the connection was lost again; asked anew when it is back
    );
  }, [bridge, files, connected]);
}
