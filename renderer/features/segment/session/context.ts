import { useStore } from 'zustand';
import { useStudio } from '../../../stores/bridge-context';
import type { Studio } from '../../../stores/studio';
import { SegmentSession } from './session';
import type { SegmentState } from './state';

const sessions = new WeakMap<Studio, SegmentSession>();

/** One session a window; it outlives the screen. */
export function useSession(): SegmentSession {
  const studio = useStudio();
  let session = sessions.get(studio);
  if (session === undefined) sessions.set(studio, (session = new SegmentSession(studio)));
  return session;
}

/** A part of the state; the selector must not build a new object each time. */
export function useSegment<Part>(selector: (state: SegmentState) => Part): Part {
  return useStore(useSession().store, selector);
}
