import { useMemo } from 'react';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { FIRST_SPAN, type View } from './view';

export type ViewStore = StoreApi<View>;

const views = new Map<string, ViewStore>();

/** The part of a recording in sight, remembered while the window is open. */
export function useViewStore(file: string): ViewStore {
  return useMemo(() => {
    const view = views.get(file) ?? createStore<View>()(() => ({ start: 0, span: FIRST_SPAN, width: 1 }));
    views.set(file, view);
    return view;
  }, [file]);
}
