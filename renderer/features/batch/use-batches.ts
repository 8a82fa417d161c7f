import { useStore } from 'zustand';
import { useBridge } from '../../stores/bridge-context';
import { draftStore, type DraftState } from './draft-store';

export function useDraft<Part>(selector: (state: DraftState) => Part): Part {
  return useStore(draftStore(useBridge()), selector);
}
