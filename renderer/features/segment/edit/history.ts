import type { LabelMap } from './label-map';
import { redoPatch, undoPatch, type Patch } from './patch';

export const HISTORY_STEPS = 100;

/** What was done to a map; the last `HISTORY_STEPS` steps can be taken back. */
export class History {
  readonly #done: Patch[] = [];
  readonly #undone: Patch[] = [];

  constructor(readonly map: LabelMap) {}

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** The change that `undo` would take back, unless others were taken back already. */
  get last(): Patch | undefined {
    return this.canRedo ? undefined : this.#done.at(-1);
  }

  /** Remembers a change that was made. */
  push(patch: Patch): void {
    this.#done.push(patch);
    if (this.#done.length > HISTORY_STEPS) this.#done.shift();
    this.#undone.length = 0;
  }

  undo(): Patch | undefined {
    const patch = this.#done.pop();
    if (patch === undefined) return undefined;
    undoPatch(this.map, patch);
    this.#undone.push(patch);
    return patch;
  }

  redo(): Patch | undefined {
    const patch = this.#undone.pop();
    if (patch === undefined) return undefined;
    redoPatch(this.map, patch);
    this.#done.push(patch);
    return patch;
  }
}
