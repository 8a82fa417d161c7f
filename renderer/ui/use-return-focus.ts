import { useEffect } from 'react';

/** For a dialog that exists only while it is open: the focus goes back to where it came from, or to the screen where that is gone. */
export function useReturnFocus(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      const to = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.getElementById('screen');
      to?.focus({ preventScroll: true });
    };
  }, []);
}
