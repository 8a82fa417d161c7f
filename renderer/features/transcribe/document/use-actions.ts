import { indexOf } from '../edit/document';
import { characterAt, lastStarted } from '../edit/locate';
import { insert, mergeWithNext, remove, retime, splitAtTime } from '../edit/operations';
import type { Player } from '../player/player';
import type { Session } from '../session/session';
import type { ViewStore } from '../timeline/use-view';
import { limit, xOf, zoomAt } from '../timeline/view';

const NEW_SEGMENT = 3; // seconds, where there is room

export type DocumentActions = ReturnType<typeof actionsOf>;

/** What keys and buttons do to the shown transcript. The segment meant is the selected one, else the one at the playhead. */
export function actionsOf(session: Session, player: Player, view: ViewStore, duration: number) {
  const target = (): number => {
    const { selected } = session.store.getState();
    if (selected !== 0) return selected;
    const { segments } = session.document;
    return segments[lastStarted(segments, player.time)]?.id ?? 0;
  };
  const segment = () => session.document.segments[indexOf(session.document, target())];
  return {
    seek: (by: number) => player.seek(Math.min(duration, player.time + by)),
    go(by: 1 | -1) {
      const { segments } = session.document;
      const { selected } = session.store.getState();
      const from = selected === 0 ? lastStarted(segments, player.time) + (by < 0 ? 1 : 0) : indexOf(session.document, selected);
      const next = segments[Math.min(Math.max(0, from + by), segments.length - 1)];
      if (next === undefined) return;
      session.select(next.id);
      player.seek(next.start);
    },
    /** With the cursor before the word at the playhead. */
    edit: () => target() !== 0 && session.edit(target(), characterAt(session.document, target(), player.time)),
    split: () => session.apply(splitAtTime(session.document, target(), player.time)),
    merge: () => session.apply(mergeWithNext(session.document, target())),
    remove() {
      const index = indexOf(session.document, target());
      if (!session.apply(remove(session.document, [target()]))) return;
      session.select(session.document.segments[Math.min(index, session.document.segments.length - 1)]?.id ?? 0);
    },
    insert() {
      const made = insert(session.document, player.time, player.time + NEW_SEGMENT);
      if (made === null || !session.apply(made.document)) return false;
      session.edit(made.id);
      return true;
    },
    edge: (edge: 'start' | 'end') => session.apply(retime(session.document, target(), edge, player.time)),
    nudge(edge: 'start' | 'end', by: number) {
      const now = segment();
      if (now) session.apply(retime(session.document, now.id, edge, now[edge] + by), `${edge}:${now.id}`);
    },
    loop() {
      const now = segment();
      if (player.store.getState().loop !== null) player.setLoop(null);
      else if (now) player.setLoop({ start: now.start, end: now.end });
    },
    follow: () => player.store.setState(({ follow }) => ({ follow: !follow })),
    zoom(factor: number) {
      const now = limit(view.getState(), duration);
      const x = xOf(now, player.time);
      view.setState(zoomAt(now, x >= 0 && x <= now.width ? x : now.width / 2, factor, duration));
    },
  };
}
