import type { BatchItem, BatchInfo } from '../../contract/batch';
import { ITEM_STATES } from '../../contract/batch';
import type { LinePlace } from './line-file';
import { weightOf } from './speed';

export type ItemState = BatchItem['state'];

/** What is held of an item; the rest is read where `plan` and `record` say. */
export interface Slot {
  plan: LinePlace;
  record: LinePlace | null; // the last line about it in the journal
  state: ItemState;
  bytes: number;
  checked: boolean; // done, and its input is known to be unchanged
}

const FINISHED: readonly ItemState[] = ['done', 'failed', 'skipped']; // what was cancelled was not worked through

/** All items of a batch by index, with counts and weights kept up to date. */
export class ItemList {
  private readonly slots: Slot[] = [];
  private readonly counts = new Map<ItemState, number>(ITEM_STATES.map((state) => [state, 0]));
  private weight = 0;
  private finishedWeight = 0;

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

  add(plan: LinePlace, bytes: number): void {
    this.slots.push({ plan, record: null, state: 'waiting', bytes, checked: false });
    this.weight += weightOf(bytes);
    this.count('waiting', 1);
  }

  set(index: number, state: ItemState, record = this.at(index).record): void {
    const slot = this.at(index);
    this.count(slot.state, -1);
    this.count(state, 1);
    if (FINISHED.includes(slot.state)) this.finishedWeight -= weightOf(slot.bytes);
    if (FINISHED.includes(state)) this.finishedWeight += weightOf(slot.bytes);
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

  of(state: ItemState): number {
    return this.counts.get(state)!;
  }

  /** Finished items that need a look before the batch may say that they still hold. */
  recheck(): void {
    for (const slot of this.slots) slot.checked = false;
  }

  /** `running`: fraction of the item in hand, and its index. */
  progress(running?: { index: number; fraction: number }): Pick<BatchInfo, 'total' | 'done' | 'failed' | 'skipped' | 'fraction'> & { remainingWeight: number } {
    const inHand = running === undefined ? 0 : weightOf(this.at(running.index).bytes) * running.fraction;
    const remainingWeight = Math.max(0, this.weight - this.finishedWeight - inHand);
    return {
      total: this.length,
      done: this.of('done'),
      failed: this.of('failed'),
      skipped: this.of('skipped'),
      fraction: this.weight === 0 ? 0 : Math.min(1, 1 - remainingWeight / this.weight),
      remainingWeight,
    };
  }

  private count(state: ItemState, change: number): void {
    this.counts.set(state, this.counts.get(state)! + change);
  }
}
