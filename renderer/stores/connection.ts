import { createStore } from 'zustand/vanilla';
import type { Result } from '../../main/contract/api';
import type { Bridge } from '../bridge/bridge';

export type AppInfo = Result<'app.info'>;

export interface ConnectionState {
  state: 'connecting' | 'connected' | 'lost';
  failures: number; // attempts since it was lost
  info: AppInfo | null;
  load(): Promise<void>;
}

export function createConnectionStore(bridge: Bridge) {
  const store = createStore<ConnectionState>()((set) => ({
    state: bridge.connected ? 'connected' : 'connecting',
    failures: 0,
    info: null,
    async load() {
      set({ info: await bridge.call('app.info', {}) });
    },
  }));
  bridge.onConnection((connected) =>
    store.setState((state) => (connected ? { state: 'connected', failures: 0 } : { state: 'lost', failures: state.failures + 1 })),
  );
  return store;
}
