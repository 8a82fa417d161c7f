/** Which screen is shown; remembered for the next start. */
import { createStore } from 'zustand/vanilla';

export const SCREENS = ['segment', 'transcribe', 'batch', 'models', 'logs', 'settings'] as const;
export type Screen = (typeof SCREENS)[number];

export interface ScreensState {
  screen: Screen;
  go(screen: Screen): void;
}

const KEY = 'mamba-studio.screen';

export function createScreensStore(storage: Pick<Storage, 'getItem' | 'setItem'>, hash = '') {
  const wanted = hash.replace(/^#\/?/, '') || storage.getItem(KEY);
  const store = createStore<ScreensState>()((set) => ({
    screen: SCREENS.find((screen) => screen === wanted) ?? 'segment',
    go: (screen) => set({ screen }),
  }));
  store.subscribe(({ screen }) => storage.setItem(KEY, screen));
  return store;
}
