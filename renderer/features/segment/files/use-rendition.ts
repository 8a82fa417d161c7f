import { useEffect, useState } from 'react';

const PAUSES = [700, 2500, 8000]; // ms before another attempt

/** For an <img> of something that the server makes: what failed, as its process ended, is asked for again a few times. */
export function useRendition(url: string): { src: string; broken: boolean; onError: () => void } {
  const [failures, setFailures] = useState(0);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const pause = PAUSES[failures - 1];
    if (pause === undefined) return;
    const timer = setTimeout(() => setAttempt(failures), pause);
    return () => clearTimeout(timer);
  }, [failures]);
  return { src: attempt === 0 ? url : `${url}?attempt=${attempt}`, broken: failures > attempt, onError: () => setFailures(attempt + 1) };
}
