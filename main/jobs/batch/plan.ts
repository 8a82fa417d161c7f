/** The plan of a batch: one line for each input with the place of its outputs. It is written in full before the first file runs, and then only grows. */
import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { z } from 'zod';
import type { BatchSpec } from '../../contract/batch';
import { AppError } from '../../contract/errors';
import { TASKS } from '../../contract/formats';
import { errorReport } from '../../contract/job';
import { writeError } from '../../fs/system-errors';
import { outputPaths } from '../commit';
import { readLines, type LinePlace } from './line-file';
import type { Found } from './scan';
import { taskOf } from './tasks';
import { targetOf, type Naming, type Target } from './template';

export const planEntry = z.object({
  input: z.string(),
  dir: z.string(),
  bytes: z.number(),
  task: z.enum(TASKS).optional(), // without: the first of the batch
  outDir: z.string(),
  outName: z.string(),
  n: z.int().optional(), // its place in the plan, of an entry that was added later
  problem: errorReport.optional(), // why it can have no output; the item fails when its turn comes
});
export type PlanEntry = z.infer<typeof planEntry>;

/** What an entry's outputs are called. */
export function plannedOutputs(spec: Pick<BatchSpec, 'tasks'>, entry: Target & Pick<PlanEntry, 'task'>): string[] {
  const { task, formats } = taskOf(spec, entry);
  return formats.flatMap((format) => outputPaths({ ...entry, task }, format));
}

const COLLISION_HINT = 'Put {ext} or {index} into the template, rename one of the inputs, or have such outputs numbered.';

/** Gives names to inputs one by one, in order, so that no output falls onto another one, onto an input or, where asked for, onto a file that is there. */
export class Planner {
  private readonly taken = new Map<string, string>(); // path -> the input that it is or comes from
  private count = 0;

  constructor(
    private readonly naming: Naming,
    private readonly avoidExisting: boolean,
  ) {}

  /** A file that no output may fall onto: `input` itself, or an output of it. */
  reserve(input: string, file = input): void {
    this.taken.set(pathKey(file), input);
  }

  keep(entry: PlanEntry): void {
    this.count++;
    this.reserve(entry.input);
    for (const file of this.outputs(entry)) this.reserve(entry.input, file);
  }

  /** An entry with a problem where its name cannot be or, where collisions are refused, is taken. */
  plan({ input, dir, bytes, task }: Omit<Found, 'modified'>): PlanEntry {
    const index = ++this.count;
    const found = { input, dir, bytes, ...(task && { task }) };
    try {
      const target = targetOf(this.naming, found, index);
      const free = { ...found, ...target };
      if (this.naming.spec.collisions === 'refuse') this.checkFree(free);
      for (let n = 2; !this.isFree(free); n++) free.outName = `${target.outName}-${n}`;
      for (const file of this.outputs(free)) this.reserve(input, file);
      return free;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...found, outDir: '', outName: '', problem: error.toReport() };
    }
  }

  outputs(entry: PlanEntry): string[] {
    return plannedOutputs(this.naming.spec, entry);
  }

  /** Throws AppError OUTPUT_COLLISION where another input has one of the outputs, or is it. */
  private checkFree(entry: PlanEntry): void {
    for (const file of this.outputs(entry)) {
      const other = this.taken.get(pathKey(file));
      if (other !== undefined) throw new AppError('OUTPUT_COLLISION', `${file} ${other === file ? 'is an input itself' : `is the output for ${other} already`}`, COLLISION_HINT);
    }
  }

  private isFree(entry: PlanEntry): boolean {
    return this.outputs(entry).every((file) => !this.taken.has(pathKey(file)) && !(this.avoidExisting && existsSync(file)));
  }
}

/** Names that differ only in case or Unicode form are one file on macOS and Windows. */
function pathKey(file: string): string {
  return file.normalize('NFC').toLowerCase();
}

/** All at once or not at all: the file has its name only when it is whole. */
export async function writePlan(file: string, entries: AsyncIterable<PlanEntry> | Iterable<PlanEntry>): Promise<void> {
  try {
    const handle = await open(`${file}.tmp`, 'w');
    try {
      let block = '';
      for await (const entry of entries) {
        block += `${JSON.stringify(entry)}\n`;
        if (block.length < 1 << 16) continue;
        await handle.appendFile(block);
        block = '';
      }
      await handle.appendFile(block);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.tmp`, file);
  } catch (error) {
    throw writeError(error, file);
  }
}

/**
 * `grows`: entries are added one by one, and the last of them may have torn. Throws AppError INTERNAL for any other line that cannot be read, since the entries that follow
 * would change their numbers.
 */
export async function* readPlan(file: string, grows: boolean): AsyncGenerator<{ entry: PlanEntry; place: LinePlace }> {
  let count = 0;
  let torn = false;
  for await (const { value, place } of readLines(file)) {
    const entry = planEntry.safeParse(value);
    if (!entry.success && grows) torn = true;
    else if (!entry.success || (torn && entry.data.n !== count)) {
      throw new AppError('INTERNAL', `${file} is damaged at byte ${place.offset}`, 'Start the batch anew: with "skip", finished files are passed over.');
    } else {
      count++;
      torn = false;
      yield { entry: entry.data, place };
    }
  }
}
