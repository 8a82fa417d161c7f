import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError, type ErrorReport } from '../contract/errors';
import type { Format, Task } from '../contract/formats';
import type { Device, SessionDevice } from '../contract/job';
import type { ModelFiles } from '../contract/worker-messages';
import { runJob, type JobRunner } from '../jobs/run-job';

export interface RunSetting {
  runner: JobRunner;
  model: ModelFiles;
  device: Device;
  threads: number;
  languageModel?: boolean | undefined;
  signal: AbortSignal;
  onItem: (done: number, total: number) => void;
}

export interface ItemFailure {
  input: string;
  error: ErrorReport;
}

export interface ItemRun<Score> {
  scores: Score[]; // one an item
  failures: ItemFailure[];
  device: SessionDevice | undefined;
}

/**
 * Runs each item through the inference child, as any user's file, and scores what was written in `format`. `score` gets no file where the item failed,
 * and must then count it as the worst result. Throws CANCELLED.
 */
export async function runItems<Item extends { input: string }, Score>(
  task: Task,
  format: Format,
  items: readonly Item[],
  score: (item: Item, file: string | undefined) => Promise<Score>,
  { runner, model, device, threads, languageModel, signal, onItem }: RunSetting,
): Promise<ItemRun<Score>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mamba-eval-'));
  const run: ItemRun<Score> = { scores: [], failures: [], device: undefined };
  try {
    for (const item of items) {
      const job = { id: randomUUID(), task, input: path.resolve(item.input), outDir: folder, outName: 'result', overwrite: true, formats: [format], device, threads, ...(languageModel === false && { languageModel }) };
      const end = await runJob(runner, job, model, signal, () => undefined);
      if (end.event === 'cancelled') throw new AppError('CANCELLED', 'Cancelled');
      if (end.event === 'failed') run.failures.push({ input: item.input, error: end.error });
      else run.device = end.device;
      run.scores.push(await score(item, end.event === 'done' ? end.outputs[0]!.path : undefined));
      onItem(run.scores.length, items.length);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return run;
}
