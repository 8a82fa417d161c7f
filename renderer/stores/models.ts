import { createStore } from 'zustand/vanilla';
import type { ErrorReport } from '../../main/contract/errors';
import type { Task } from '../../main/contract/formats';
import type { ModelEntry } from '../../main/contract/library';
import type { Bridge } from '../bridge/bridge';
import { reportOf } from '../bridge/check';

export interface ModelsState {
  models: readonly ModelEntry[];
  loaded: boolean;
  error: ErrorReport | null; // why the list could not be had
  load(): Promise<void>;
}

export function createModelsStore(bridge: Bridge) {
  const store = createStore<ModelsState>()((set) => ({
    models: [],
    loaded: false,
    error: null,
    async load() {
      try {
        set({ models: await bridge.call('models.list', {}), loaded: true, error: null });
      } catch (error) {
        set({ error: reportOf(error) });
      }
    },
  }));
  bridge.on('models', (models) => store.setState({ models, loaded: true, error: null }));
  return store;
}

/** Models of a task that can run now. */
export function usableFor(models: readonly ModelEntry[], task: Task): ModelEntry[] {
  return models.filter((model) => model.task === task && model.origin !== 'catalogue');
}
