import { useStore } from 'zustand';
import { useBridge } from '../../stores/bridge-context';
import { batchesStore, type BatchesState } from './batches-store';
import { draftStore, type DraftState } from './draft-store';

export function useBatches<Part>(selector: (state: BatchesState) => Part): Part {
  return useStore(batchesStore(useBridge()), selector);
}

export function useDraft<Part>(selector: (state: DraftState) => Part): Part {
  return useStore(draftStore(useBridge()), selector);
}
