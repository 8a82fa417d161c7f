/** The batches of the serving process, and which one is looked at. */
import { createStore } from 'zustand/vanilla';
import type { BatchInfo } from '../../main/contract/batch';
import type { ErrorReport } from '../../main/contract/errors';
import type { Bridge } from '../bridge/bridge';
import { reportOf } from '../bridge/check';

export interface BatchesState {
  batches: readonly BatchInfo[]; // newest first
  loaded: boolean;
  error: ErrorReport | null; // why the list could not be had
  selected: string | null; // null: the form for a new one
  select(id: string | null): void;
  load(): Promise<void>;
  put(batch: BatchInfo): void;
  drop(id: string): void;
}

export function createBatchesStore(bridge: Bridge) {
  const store = createStore<BatchesState>()((set) => ({
    batches: [],
    loaded: false,
    error: null,
    selected: null,
    select: (selected) => set({ selected }),
    async load() {
      try {
        const batches = await bridge.call('batch.list', {});
        set(({ loaded, selected }) => ({
          batches,
          loaded: true,
          error: null,
          selected: batches.some(({ id }) => id === selected) ? selected : loaded ? null : (batches[0]?.id ?? null),
        }));
      } catch (error) {
        set({ error: reportOf(error) });
      }
    },
    put: (batch) =>
      set(({ batches }) => ({
        batches: batches.some(({ id }) => id === batch.id) ? batches.map((one) => (one.id === batch.id ? batch : one)) : [batch, ...batches],
      })),
    drop: (id) =>
      set(({ batches, selected }) => {
        const rest = batches.filter((batch) => batch.id !== id);
        return { batches: rest, selected: selected === id ? (rest[0]?.id ?? null) : selected };
      }),
  }));
  bridge.on('batch', (batch) => store.getState().put(batch));
  bridge.on('batchRemoved', ({ batch }) => store.getState().drop(batch));
  return store;
}

export const isActiveBatch = ({ state }: BatchInfo): boolean => state === 'scanning' || state === 'running';
