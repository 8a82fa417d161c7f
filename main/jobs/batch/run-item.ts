/** One item of a batch from its input to committed outputs, each step journalled so that a kill at any moment loses nothing and leaves nothing. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AppError } from '../../contract/errors';
import type { Format } from '../../contract/formats';
import type { JobProgress, JobSpec } from '../../contract/job';
import type { BatchSpec, BatchTask } from '../../contract/batch';
import type { InferenceTime, ModelFiles } from '../../contract/worker-messages';
import { statInputFile } from '../../fs/input-file';
import type { OutputFolders } from '../../fs/output-folder';
import { discardStaged } from '../../fs/staging';
import { readError } from '../../fs/system-errors';
import { commitStaged, outputPaths, outputsOf, type StagedOutput } from '../commit';
import { secondsSince, type JobRunner } from '../run-job';
import { fingerprint, hashFile, itemKey } from './item-key';
import type { Attempt, ItemRecord, Output } from './journal';
import type { PlanEntry } from './plan';
import type { Target } from './template';
import { withTimeLimit } from '../time-limit';

export interface ItemSetup {
  spec: BatchSpec;
  task: BatchTask; // the one of the spec that the item is for
  runner: JobRunner;
  model: ModelFiles;
  setupHash: string;
  folders: OutputFolders;
  session(): Pick<JobSpec, 'device' | 'threads' | 'languageModel'>;
  append(record: ItemRecord): Promise<void>;
  /** Outputs of another item with this key that stand for this one too; waits while such an item is at work. Absent: every item has outputs of its own. */
  twin?(item: number, key: string): Promise<string[] | undefined>;
  /** The same for the same; where there is none, every attempt has an id of its own. */
  jobId?(item: number, key: string, target: Target, formats: readonly Format[]): string;
  /** Whether another item of the plan has one of these outputs. */
  isPlanned(files: readonly string[]): Promise<boolean>;
}

export interface ItemRun {
  item: number;
  entry: PlanEntry;
  last: ItemRecord | undefined; // what the journal says of it
  signal: AbortSignal;
  onProgress: (progress: JobProgress) => void;
}

const TRIES = 3; // of a child that crashed, which may have been somebody's kill; and of names that were taken meanwhile
const NEWS_MS = 250; // between reports of an item's progress: of small files nobody sees the stages
const TIME_LIMIT_SECONDS = 3 * 3600;

/** Journals the end that it gives back: done or skipped. Throws AppError for everything else; nothing staged is left then. */
export async function runItem(setup: ItemSetup, run: ItemRun): Promise<'done' | 'skipped'> {
  const { item, entry, last } = run;
  const started = performance.now();
  const input = fingerprint(await statInputFile(entry.input));
  if (entry.problem) throw new AppError(entry.problem.code, entry.problem.message, entry.problem.hint);
  const key = itemKey(await hashInput(entry.input, run.signal), setup.setupHash);
  const finish = async (attempt: Attempt, { outputs, inference }: Committed) => {
    await setup.append({ ...attempt, event: 'done', outputs, setup: setup.setupHash, ...input, seconds: secondsSince(started), inference });
    return 'done' as const;
  };

  if (last?.event === 'done' && last.key === key && last.outputs.every((output) => existsSync(output.path))) return finish(last, last);
  if (last?.event === 'commit' && last.key === key && (await finishCommit(setup, last))) return finish(last, { outputs: last.outputs });
  if (last?.event === 'start' || last?.event === 'commit') await discardStaged(last.outDir, last.job, setup.task);
  const ours = writtenBefore(last);
  const twin = await setup.twin?.(item, key);
  if (twin) {
    await setup.append({ event: 'skipped', item, ours, outputs: twin });
    return 'skipped';
  }
  for (let left = TRIES; ; left--) {
    const place = await findPlace(setup, entry, last, ours);
    if (place.formats.length === 0) {
      await setup.append({ event: 'skipped', item, ours, outputs: place.existing });
      return 'skipped';
    }
    const job: JobSpec = { id: setup.jobId?.(item, key, place.target, place.formats) ?? randomUUID(), task: setup.task.task, input: entry.input, ...place.target, overwrite: place.overwrite, formats: place.formats, ...(setup.task.top !== undefined && { top: setup.task.top }), ...setup.session() };
    const attempt: Attempt = { item, ...place.target, job: job.id, key, ours };
    try {
      return await finish(attempt, await runAndCommit(setup, { ...run, ahead: left === TRIES }, job, attempt));
    } catch (error) {
      await discardStaged(job.outDir, job.id, job);
      const again = error instanceof AppError && ['WORKER_CRASHED', 'OUTPUT_EXISTS'].includes(error.code) && !run.signal.aborted;
      if (!again || left <= 1) throw error;
    }
  }
}

async function hashInput(file: string, signal: AbortSignal): Promise<string> {
  return hashFile(file, signal).catch((error: unknown) => Promise.reject(readError(error, file)));
}

interface Committed {
  outputs: Output[];
  inference?: InferenceTime | undefined; // not known where only the names were missing
}

/** `ahead`: its input may be decoded beside another file, which is not to pay for it. */
async function runAndCommit(setup: ItemSetup, run: ItemRun & { ahead: boolean }, job: JobSpec, attempt: Attempt): Promise<Committed> {
  const memoryLimit = setup.spec.megabytesPerFile === undefined ? {} : { memoryLimit: Math.round(setup.spec.megabytesPerFile * 1e6) };
  const ahead = run.ahead && setup.spec.megabytesPerFile === undefined;
  await setup.folders.check(job.outDir);
  await setup.append({ event: 'start', ...attempt });
  const { sha256, inference } = await withTimeLimit(setup.spec.secondsPerFile ?? TIME_LIMIT_SECONDS, run.signal, (signal, onStart) =>
    setup.runner.run({ job, model: setup.model, ...memoryLimit }, { signal, onProgress: run.onProgress, onStart, ahead, newsMs: NEWS_MS }),
  );
  run.signal.throwIfAborted();
  const outputs = outputsOf(job).map(({ format, path }, i) => ({ format, path, sha256: sha256[i]! }));
  await setup.append({ event: 'commit', ...attempt, outputs });
  await commitStaged(outputsOf(job), job);
  setup.folders.took(job.outDir);
  return { outputs, inference };
}

/** Outputs that a killed attempt had staged in full get their names now. False where they are no longer there as they were. */
async function finishCommit({ spec, task }: ItemSetup, last: Extract<ItemRecord, { event: 'commit' }>): Promise<boolean> {
  const hashOf = (file: string) => hashFile(file).catch(() => undefined);
  const written = { id: last.job, task: task.task, outDir: last.outDir, outName: last.outName, formats: [...new Set(last.outputs.map(({ format }) => format))] };
  const missing: StagedOutput[] = [];
  for (const output of outputsOf(written)) {
    const sha256 = last.outputs.find(({ path }) => path === output.path)?.sha256;
    if ((await hashOf(output.path)) === sha256) continue;
    if ((await hashOf(output.staged)) !== sha256) return false;
    missing.push(output);
  }
  try {
    await commitStaged(missing, { outDir: last.outDir, overwrite: spec.existing === 'overwrite' || last.ours.length > 0 });
  } catch (error) {
    if (error instanceof AppError && error.code === 'OUTPUT_EXISTS') return false;
    throw error;
  }
  await discardStaged(last.outDir, last.job, written); // a link made, its other name not yet removed
  return true;
}

/** What the batch has written for the item: it may be replaced as long as nobody changed it. */
export function writtenBefore(last: ItemRecord | undefined): Output[] {
  if (last === undefined || last.event === 'waiting') return [];
  if (last.event === 'done') return last.outputs;
  return last.event === 'commit' ? [...last.ours, ...last.outputs] : last.ours;
}

interface Place {
  target: Target;
  formats: Format[]; // to write
  overwrite: boolean;
  existing: string[]; // files of others that are left alone
}

async function findPlace({ spec, task: { task, formats: wanted }, isPlanned }: ItemSetup, entry: PlanEntry, last: ItemRecord | undefined, ours: Output[]): Promise<Place> {
  const before = ours.length > 0 && last !== undefined && 'outName' in last ? { outDir: last.outDir, outName: last.outName } : undefined;
  const planned = before ?? { outDir: entry.outDir, outName: entry.outName };
  const pathsOf = (target: Target, format: Format) => outputPaths({ ...target, task }, format);
  const thereOf = (target: Target, format: Format) => pathsOf(target, format).filter((file) => existsSync(file));
  const foreign = new Map<Format, string[]>(); // the files that are there of a format
  let own = false;
  for (const format of wanted) {
    const there = thereOf(planned, format);
    for (const file of there) {
      const sha256 = await hashFile(file).catch(() => undefined);
      if (ours.some((output) => output.path === file && output.sha256 === sha256)) own = true;
      else foreign.set(format, there);
    }
  }
  if (spec.existing === 'overwrite' || foreign.size === 0) return { target: planned, formats: wanted, overwrite: own || foreign.size > 0, existing: [] };
  if (spec.existing === 'skip') {
    const formats = wanted.filter((format) => !foreign.has(format));
    return { target: planned, formats, overwrite: own, existing: [...foreign.values()].flat() };
  }
  for (let n = 2; ; n++) {
    const target = { ...planned, outName: `${entry.outName}-${n}` };
    if (wanted.some((format) => thereOf(target, format).length > 0) || (await isPlanned(wanted.flatMap((format) => pathsOf(target, format))))) continue;
    return { target, formats: wanted, overwrite: false, existing: [] };
  }
}
