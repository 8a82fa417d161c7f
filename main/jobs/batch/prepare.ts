/** From what was asked to a list of inputs with the places of their outputs: checked before anything runs. */
import { stat } from 'node:fs/promises';
import type { BatchPreview, BatchSpec, BatchTask } from '../../contract/batch';
import { AppError, type ErrorReport } from '../../contract/errors';
import { formatsOf, type Task } from '../../contract/formats';
import { checkOutputFolder } from '../../fs/output-folder';
import type { BatchEnvironment } from './environment';
import { Planner, type PlanEntry } from './plan';
import { scan, type Found, type ScanOptions } from './scan';
import { isInShard } from './shard';
import { checkTasks, taskOf } from './tasks';
import { checkTemplate, type Naming } from './template';

type Checks = Pick<BatchEnvironment, 'grants' | 'library'>;

/** What does not depend on the files: template, tasks, formats, models, permissions, output folder. Throws AppError; gives the spec with resolved paths and the models' ids. */
export async function checkSpec(spec: BatchSpec, { grants, library }: Checks): Promise<{ spec: BatchSpec; models: Naming['models'] }> {
  checkTemplate(spec.template);
  checkTasks(spec.tasks);
  const models = new Map<Task, string>();
  const tasks: BatchTask[] = [];
  for (const asked of spec.tasks) {
    const { task, formats } = asked;
    const wrong = formats.find((format) => !formatsOf(task).includes(format));
    if (wrong !== undefined) throw new AppError('UNKNOWN_FORMAT_NAME', `${task} has no format ${wrong}`, `Choose from ${formatsOf(task).join(', ')}.`);
    const { card } = await library.findFor(task, asked.model);
    models.set(task, card.id);
    tasks.push({ ...asked, model: asked.model ?? card.id, formats: [...new Set(formats)] }); // the default of today stays that of the batch
  }
  const sources = await Promise.all(spec.sources.map((source) => grants.check(source)));
  const outDir = spec.outDir === null ? null : await grants.checkNew(spec.outDir);
  if (outDir !== null) await checkOutputFolder(outDir);
  if (spec.shard && spec.shard.index > spec.shard.count) throw new AppError('BAD_USAGE', `Part ${spec.shard.index} of ${spec.shard.count} was asked for`, 'Parts count from 1 to their number.');
  if (spec.watch) await checkFolders(sources);
  return { spec: { ...spec, tasks, sources: [...new Set(sources)], outDir }, models };
}

async function checkFolders(sources: readonly string[]): Promise<void> {
  for (const source of sources) {
    if (!(await stat(source)).isDirectory()) throw new AppError('BAD_USAGE', `${source} is a file; only folders can be watched`, 'Name its folder, or do not watch.');
  }
}

/** The scan of a batch's sources. */
export function scanSources(spec: BatchSpec, { grants }: Pick<Checks, 'grants'>, more: Pick<ScanOptions, 'onProblem' | 'onMissing' | 'signal' | 'content'>): AsyncGenerator<Found> {
  return scan(spec.sources, { ...spec, check: (link) => grants.check(link), ...more });
}

/** Throws AppError OUTPUT_COLLISION where collisions are refused. `known`: the plan so far, which is kept; what the folders hold besides goes on at its end. */
export async function* makePlan(planner: Planner, spec: BatchSpec, checks: Pick<Checks, 'grants'>, options: MakePlanOptions): AsyncGenerator<PlanEntry> {
  const seen = new Set<string>();
  for await (const entry of options.known ?? []) {
    planner.keep(entry);
    seen.add(entry.input);
    yield entry;
  }
  const found: Found[] = [];
  const { onProblem, signal } = options;
  for await (const file of scanSources(spec, checks, { onProblem, signal, onMissing: spec.watch ? onProblem : undefined })) {
    options.signal.throwIfAborted();
    if (seen.has(file.input)) continue;
    found.push(file);
    planner.reserve(file.input);
    options.onFound?.(found.length, taskOf(spec, file).task);
  }
  options.signal.throwIfAborted();
  const entries = found.map((file) => planner.plan(file)); // of all files, so that the parts agree on the names
  refuseCollisions(entries);
  for (const [i, entry] of entries.entries()) if (isInShard(found[i]!, spec.shard)) yield entry;
}

/** Nothing runs then. What comes into watched folders later fails by itself. */
function refuseCollisions(entries: readonly PlanEntry[]): void {
  const [first, ...more] = entries.filter(({ problem }) => problem?.code === 'OUTPUT_COLLISION');
  if (!first) return;
  const others = more.length === 0 ? '' : ` (and ${more.length} more like it)`;
  throw new AppError('OUTPUT_COLLISION', `${first.input}: ${first.problem!.message}${others}`, first.problem!.hint);
}

/** Names the outputs of a batch. */
export function plannerFor(spec: BatchSpec, models: Naming['models'], date: string): Planner {
  return new Planner({ spec, models, date }, spec.existing === 'number');
}

interface MakePlanOptions {
  known?: AsyncIterable<PlanEntry>;
  signal: AbortSignal;
  onProblem: (error: unknown) => void;
  onFound?: (count: number, task: Task) => void; // files so far, and what the last one is for
}

const PREVIEW_FILES = 2000;
const PREVIEW_MS = 4000; // in a large tree of other files
const PREVIEW_SAMPLES = 8;

/** What a batch would do, for a person to look at while writing the template: never throws an AppError. */
export async function preview(asked: BatchSpec, environment: Checks, date: string, previewMs = PREVIEW_MS): Promise<BatchPreview> {
  const problems: ErrorReport[] = [];
  const seen: BatchPreview = { total: 0, perTask: [], complete: true, samples: [], problems };
  try {
    const { spec, models } = await checkSpec(asked, environment);
    const planner = plannerFor(spec, models, date);
    const found: Found[] = [];
    const signal = AbortSignal.timeout(previewMs);
    for await (const file of scanSources(spec, environment, { onProblem: (error) => report(problems, error), signal })) {
      if (found.length === PREVIEW_FILES) {
        seen.complete = false;
        break;
      }
      found.push(file);
      planner.reserve(file.input);
    }
    seen.total = found.length;
    seen.perTask = spec.tasks.map(({ task }) => ({ task, total: found.filter((file) => taskOf(spec, file).task === task).length }));
    if (signal.aborted) seen.complete = false;
    if (found.length === 0 && seen.complete && !spec.watch) throw noFiles(spec);
    for (const file of found) {
      const entry = planner.plan(file);
      if (entry.problem && !problems.some(({ code }) => code === entry.problem!.code)) problems.push(entry.problem);
      if (!entry.problem && seen.samples.length < PREVIEW_SAMPLES) seen.samples.push({ input: file.input, outputs: planner.outputs(entry) });
    }
  } catch (error) {
    report(problems, error);
  }
  return seen;
}

export function noFiles({ tasks, sources }: BatchSpec): AppError {
  return new AppError('FILE_NOT_FOUND', `No file for ${tasks.map(({ task }) => task).join(' or ')} was found in ${sources.join(', ')}`, 'Choose other folders or files, or another task.');
}

function report(problems: ErrorReport[], error: unknown): void {
  if (!(error instanceof AppError)) throw error;
  problems.push(error.toReport());
}
