import { createStore } from 'zustand/vanilla';
import { defaultSettings, type Settings } from '../../main/contract/settings';
import type { Bridge } from '../bridge/bridge';

export interface SettingsState {
  settings: Settings;
  loaded: boolean;
  /** Shows the change at once and takes it back where the serving process refuses; rejects with a BridgeError then. */
  set(patch: Partial<Settings>): Promise<void>;
  load(): Promise<void>;
}

export type SettingsStore = ReturnType<typeof createSettingsStore>;

export function createSettingsStore(bridge: Bridge) {
  const store = createStore<SettingsState>()((set, get) => ({
    settings: defaultSettings,
    loaded: false,
    async set(patch) {
      const before = get().settings;
      set({ settings: { ...before, ...patch } });
      try {
        set({ settings: await bridge.call('settings.set', patch) });
      } catch (error) {
        set({ settings: before });
        throw error;
      }
    },
    async load() {
      set({ settings: await bridge.call('settings.get', {}), loaded: true });
    },
  }));
  bridge.on('settings', (settings) => store.setState({ settings, loaded: true }));
  return store;
}
