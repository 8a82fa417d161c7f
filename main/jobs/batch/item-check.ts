import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fingerprint } from './item-key';
import type { ItemRecord } from './journal';
import type { PlanEntry } from './plan';

/** Whether a finished item still is: its outputs are there, and model, settings and input are what they were. An input that has gone needs no second result. */
export async function doneStillHolds(entry: PlanEntry, last: ItemRecord | undefined, setupHash: string): Promise<boolean> {
  if (last?.event !== 'done' || last.setup !== setupHash) return false;
  if (!last.outputs.every((output) => existsSync(output.path))) return false;
  const now = await stat(entry.input).then(fingerprint, () => undefined);
  return now === undefined || (now.bytes === last.bytes && now.modified === last.modified);
}
