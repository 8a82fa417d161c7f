import type { BatchItem, BatchInfo } from '../../contract/batch';
import { ITEM_STATES } from '../../contract/batch';
import type { LinePlace } from './line-file';
import { kindOf, weightOf } from './speed';
import type { PlanEntry } from './plan';

export type ItemState = BatchItem['state'];

/** What is held of an item; the rest is read where `plan` and `record` say. */
export interface Slot {
  plan: LinePlace;
  record: LinePlace | null; // the last line about it in the journal
  state: ItemState;
  bytes: number;
  task: PlanEntry['task'];
  kind: string; // of the file, for its speed
  held: boolean; // its source is gone for now
  checked: boolean; // done, and its input is known to be unchanged
}

const FINISHED: readonly ItemState[] = ['done', 'failed', 'skipped']; // what was cancelled was not worked through

/** All items of a batch by index, with counts and weights kept up to date. */
export class ItemList {
  private readonly slots: Slot[] = [];
  private readonly counts = new Map<ItemState, number>(ITEM_STATES.map((state) => [state, 0]));
  private weight = 0;
  private readonly remaining = new Map<string, number>(); // weight of what is not finished, by kind

  get length(): number {
    return this.slots.length;
  }

  at(index: number): Slot {
    const slot = this.slots[index];
    if (slot === undefined) throw new RangeError(`no item ${index}`);
    return slot;
  }

  has(index: number): boolean {
    return index < this.slots.length;
  }

  add(plan: LinePlace, entry: Pick<PlanEntry, 'input' | 'bytes' | 'task'>): void {
    const { bytes, task } = entry;
    const slot: Slot = { plan, record: null, state: 'waiting', bytes, task, kind: kindOf(entry), held: false, checked: false };
    this.slots.push(slot);
    this.weight += weightOf(bytes);
    this.addRemaining(slot, 1);
    this.count('waiting', 1);
  }

  set(index: number, state: ItemState, record = this.at(index).record): void {
    const slot = this.at(index);
    this.count(slot.state, -1);
    this.count(state, 1);
    if (FINISHED.includes(slot.state)) this.addRemaining(slot, 1);
    if (FINISHED.includes(state)) this.addRemaining(slot, -1);
    slot.state = state;
    slot.record = record;
  }

  /** Moves all items of a state to another. */
  move(from: ItemState, to: ItemState): number[] {
    const moved = this.indices([from]);
    for (const index of moved) this.set(index, to);
    return moved;
  }

  indices(states?: readonly ItemState[]): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.slots.length; i++) if (states === undefined || states.includes(this.slots[i]!.state)) found.push(i);
    return found;
  }

  /** What the items of a state are for, in the order in which they come. */
  tasksOf(state: ItemState): Slot['task'][] {
    return [...new Set(this.slots.filter((slot) => slot.state === state).map(({ task }) => task))];
  }

  of(state: ItemState): number {
    return this.counts.get(state)!;
  }

  /** Finished items that need a look before the batch may say that they still hold, and items whose source is back. */
  recheck(): void {
    for (const slot of this.slots) slot.checked = slot.held = false;
  }

  /** The sources of what was held are back. */
  release(): void {
    for (const slot of this.slots) slot.held = false;
  }

  /** `running`: the items in hand, and their fractions. `remaining`: weight of what is left, by kind. */
  progress(running: Iterable<{ index: number; fraction: number }> = []): Pick<BatchInfo, 'total' | 'done' | 'failed' | 'skipped' | 'fraction'> & { remaining: Map<string, number> } {
    const remaining = new Map(this.remaining);
    for (const { index, fraction } of running) {
      const { kind, bytes, state } = this.at(index);
      if (!FINISHED.includes(state)) remaining.set(kind, Math.max(0, remaining.get(kind)! - weightOf(bytes) * fraction));
    }
    const remainingWeight = [...remaining.values()].reduce((sum, weight) => sum + weight, 0);
    return {
      total: this.length,
      done: this.of('done'),
      failed: this.of('failed'),
      skipped: this.of('skipped'),
      fraction: this.weight === 0 ? 0 : Math.max(0, Math.min(1, 1 - remainingWeight / this.weight)),
      remaining,
    };
  }

  private addRemaining({ kind, bytes }: Slot, sign: number): void {
    this.remaining.set(kind, (this.remaining.get(kind) ?? 0) + sign * weightOf(bytes));
  }

  private count(state: ItemState, change: number): void {
    this.counts.set(state, this.counts.get(state)! + change);
  }
}
