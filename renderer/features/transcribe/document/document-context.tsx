import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { placeAt, NOWHERE, type Place } from '../edit/locate';
import type { Player, PlayerState } from '../player/player';
import type { Session, SessionState } from '../session/session';

/** What the parts of one shown transcript share. */
export interface Shown {
  session: Session;
  player: Player;
  place: StoreApi<Place>; // the word that is heard; rows listen for their own segment only
}

const Context = createContext<Shown | null>(null);

export function ShownProvider({ shown, children }: { shown: Shown; children: ReactNode }) {
  return <Context.Provider value={shown}>{children}</Context.Provider>;
}

export function useShown(): Shown {
  const shown = useContext(Context);
  if (shown === null) throw new Error('useShown needs a ShownProvider above it');
  return shown;
}

export function useSession<Part>(selector: (state: SessionState) => Part): Part {
  return useStore(useShown().session.store, selector);
}

export function usePlayer<Part>(selector: (state: PlayerState) => Part): Part {
  return useStore(useShown().player.store, selector);
}

/** Keeps `place` at the playhead; gives the function that ends it. */
export function trackPlace(session: Session, player: Player): { place: StoreApi<Place>; end: () => void } {
  const place = createStore<Place>()(() => NOWHERE);
  const update = () => {
    const now = placeAt(session.document, player.time);
    const before = place.getState();
    if (now.segment !== before.segment || now.word !== before.word) place.setState(now);
  };
  const ends = [player.onTime(update), session.store.subscribe(update)];
  update();
  return { place, end: () => ends.forEach((end) => end()) };
}
