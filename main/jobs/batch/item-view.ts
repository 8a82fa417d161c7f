import type { BatchItem, BatchSpec } from '../../contract/batch';
import type { BatchStore } from './batch-store';
import type { ItemState } from './item-list';
import type { ItemRecord } from './journal';
import type { PlanEntry } from './plan';
import { taskOf } from './tasks';

export type InHand = Pick<BatchItem, 'index' | 'input' | 'task' | 'stage' | 'fraction'>;

/** Items as the window and the summary show them. */
export async function viewItems(store: BatchStore, indices: readonly number[], inHand: ReadonlyMap<number, InHand>): Promise<BatchItem[]> {
  const entries = await store.entries(indices);
  const records = await store.lastOf(indices);
  return indices.map((index, i) => viewItem(store.spec, index, entries[i]!, store.items.at(index).state, records[i], inHand.get(index)));
}

/** `record`: the last about it. */
export function viewItem(spec: Pick<BatchSpec, 'tasks'>, index: number, entry: PlanEntry, state: ItemState, record: ItemRecord | undefined, current?: InHand): BatchItem {
  const { stage, fraction } = current ?? { stage: '', fraction: state === 'done' || state === 'skipped' ? 1 : 0 };
  return { index, input: entry.input, task: taskOf(spec, entry).task, state, stage, fraction, seconds: null, outputs: [], error: null, ...ending(record, state) };
}

function ending(record: ItemRecord | undefined, state: BatchItem['state']): Partial<BatchItem> {
  if (record === undefined || record.event !== state) return {};
  if (record.event === 'done') return { seconds: record.seconds, outputs: record.outputs.map((output) => output.path) };
  if (record.event === 'skipped') return { outputs: record.outputs };
  return record.event === 'failed' ? { seconds: record.seconds, error: record.error } : {};
}
