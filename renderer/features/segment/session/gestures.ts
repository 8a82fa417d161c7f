/** What a drag with each tool does. Points are in the picture. */
import type { Place } from '../canvas/view';
import { stroke } from '../edit/brush';
import { flood } from '../edit/flood';
import { fillPolygon } from '../edit/polygon';
import { splitInstance } from '../edit/split';
import type { SegmentSession } from './session';

export interface Gesture {
  move(at: Place): void;
  end(): void;
  cancel(): void;
}

export interface Keys {
  add: boolean; // Shift
  erase: boolean; // Alt
}

/** undefined: the tool has nothing to do with this press. */
export function startGesture(session: SegmentSession, at: Place, keys: Keys): Gesture | undefined {
  const { tool, document } = session.state;
  if (document === null) return undefined;
  if (tool === 'brush' || tool === 'eraser') return paint(session, at, tool === 'eraser' || keys.erase);
  if (tool === 'fill') fillAt(session, at);
  if (tool === 'polygon') return draw(session, at);
  if (tool === 'split') return cut(session, at);
  return undefined;
}

function paint(session: SegmentSession, start: Place, erase: boolean): Gesture {
  const document = session.state.document!;
  const edit = document.begin();
  const { radius, keepNeighbours, selected } = session.state;
  const label = erase ? 0 : session.target(edit);
  const may = erase ? (before: number) => selected.size === 0 || selected.has(before) : keepNeighbours ? (before: number) => before === 0 : undefined;
  let last = start;
  const move = (at: Place) => {
    stroke(edit, last, at, radius, label, may);
    last = at;
    document.show(edit);
  };
  move(start);
  return { move, end: () => void document.commit(edit), cancel: () => document.commit(edit) && document.undo() };
}

function fillAt(session: SegmentSession, { x, y }: Place): void {
  session.edit((edit) => flood(edit, Math.floor(x), Math.floor(y), session.target(edit)));
}

/** A click adds a corner, a drag a line by hand. */
function draw(session: SegmentSession, start: Place): Gesture {
  const add = (at: Place) => session.set({ path: [...session.state.path, at] });
  add(start);
  let last = start;
  return {
    move(at) {
      if (Math.hypot(at.x - last.x, at.y - last.y) * (session.state.view?.scale ?? 1) < 4) return;
      add((last = at));
    },
    end: () => undefined,
    cancel: () => session.set({ path: [] }),
  };
}

export function closePolygon(session: SegmentSession): void {
  const { path, keepNeighbours } = session.state;
  session.set({ path: [] });
  if (path.length < 3) return;
  session.edit((edit) => fillPolygon(edit, path, session.target(edit), keepNeighbours ? (before) => before === 0 : undefined));
}

function cut(session: SegmentSession, start: Place): Gesture {
  session.set({ path: [start] });
  return {
    move: (at) => session.set({ path: [...session.state.path, at] }),
    end() {
      const { path } = session.state;
      session.set({ path: [] });
      const label = crossed(session, path);
      if (label !== 0) session.edit((edit) => splitInstance(edit, label, path));
    },
    cancel: () => session.set({ path: [] }),
  };
}

/** The selected instance, or the one that most of the line lies in. */
function crossed(session: SegmentSession, path: readonly Place[]): number {
  const { selected, document } = session.state;
  const [only] = selected;
  if (selected.size === 1) return only!;
  const counts = new Map<number, number>();
  path.forEach((to, i) => {
    const from = path[Math.max(0, i - 1)]!;
    const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y));
    for (let step = 0; step <= steps; step++) {
      const along = steps === 0 ? 0 : step / steps;
      const label = document!.map.at(Math.floor(from.x + along * (to.x - from.x)), Math.floor(from.y + along * (to.y - from.y)));
      if (label !== 0) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  });
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0])[0]!;
}
