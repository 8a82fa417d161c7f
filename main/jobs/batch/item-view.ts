import type { BatchItem } from '../../contract/batch';
import type { BatchStore } from './batch-store';
import type { ItemRecord } from './journal';

export interface InHand {
  index: number;
  stage: string;
  fraction: number;
}

/** Items as the window and the summary show them. */
export async function viewItems(store: BatchStore, indices: readonly number[], inHand: ReadonlyMap<number, InHand>): Promise<BatchItem[]> {
  const entries = await store.entries(indices);
  const records = await store.lastOf(indices);
  return indices.map((index, i): BatchItem => {
    const { state } = store.items.at(index);
    const current = inHand.get(index) ?? { stage: '', fraction: state === 'done' || state === 'skipped' ? 1 : 0 };
    const view = { index, input: entries[i]!.input, state, stage: current.stage, fraction: current.fraction, seconds: null, outputs: [], error: null };
    return { ...view, ...ending(records[i], state) };
  });
}

function ending(record: ItemRecord | undefined, state: BatchItem['state']): Partial<BatchItem> {
  if (record === undefined || record.event !== state) return {};
  if (record.event === 'done') return { seconds: record.seconds, outputs: record.outputs.map((output) => output.path) };
  if (record.event === 'skipped') return { outputs: record.outputs };
  return record.event === 'failed' ? { seconds: record.seconds, error: record.error } : {};
}
