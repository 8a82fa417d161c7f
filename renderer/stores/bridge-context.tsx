/** How components reach the bridge and the shared stores. */
import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../bridge/bridge';
import type { BatchesState } from './batches';
import type { CommandsState } from './commands';
import type { ConnectionState } from './connection';
import type { FilesState } from './files';
import type { JobsState } from './jobs';
import type { ModelsState } from './models';
import type { ScreensState } from './screens';
import type { SettingsState } from './settings';
import type { Studio } from './studio';

const Context = createContext<Studio | null>(null);

export function StudioProvider({ studio, children }: { studio: Studio; children: ReactNode }) {
  return <Context.Provider value={studio}>{children}</Context.Provider>;
}

export function useStudio(): Studio {
  const studio = useContext(Context);
  if (studio === null) throw new Error('useStudio needs a StudioProvider above it');
  return studio;
}

export const useBridge = (): Bridge => useStudio().bridge;

/** Hook of a shared store: the whole state, or what a selector takes of it (which must not build a new object each time). */
function storeHook<State>(pick: (studio: Studio) => StoreApi<State>) {
  function useState(): State;
  function useState<Part>(selector: (state: State) => Part): Part;
  function useState<Part>(selector?: (state: State) => Part): State | Part {
    return useStore(pick(useStudio()), selector ?? ((state: State) => state as unknown as Part));
  }
  return useState;
}

export const useJobs = storeHook<JobsState>((studio) => studio.jobs);
export const useBatches = storeHook<BatchesState>((studio) => studio.batches);
export const useFiles = storeHook<FilesState>((studio) => studio.files);
export const useSettings = storeHook<SettingsState>((studio) => studio.settings);
export const useModels = storeHook<ModelsState>((studio) => studio.models);
export const useConnection = storeHook<ConnectionState>((studio) => studio.connection);
export const useScreens = storeHook<ScreensState>((studio) => studio.screens);
export const useCommands = storeHook<CommandsState>((studio) => studio.commands);
