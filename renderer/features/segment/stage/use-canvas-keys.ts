import type { KeyboardEvent } from 'react';
import { useSession } from '../session/context';
import { closePolygon } from '../session/gestures';

const STEP = 80; // CSS pixels an arrow key moves

/** Keys of the canvas itself; those of the whole screen are commands. */
export function useCanvasKeys(): (event: KeyboardEvent) => void {
  const session = useSession();
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEP * devicePixelRatio;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => session.pan(step, 0),
      ArrowRight: () => session.pan(-step, 0),
      ArrowUp: () => session.pan(0, step),
      ArrowDown: () => session.pan(0, -step),
      '+': () => session.zoom(1.25),
      '=': () => session.zoom(1.25),
      '-': () => session.zoom(0.8),
      ' ': () => undefined, // held for panning; must not scroll
      Enter: () => closePolygon(session),
      Escape: () => (session.state.path.length > 0 ? session.set({ path: [] }) : session.select(0)),
      Backspace: () => (session.state.path.length > 0 ? session.set({ path: session.state.path.slice(0, -1) }) : session.removeSelected()),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    action();
    event.preventDefault();
  };
}
