import path from 'node:path';
import { Option, InvalidArgumentError, type Command } from 'commander';
import { batchSpec, type BatchSpec } from '../contract/batch';
import { AppError } from '../contract/errors';
import { TASKS } from '../contract/formats';
import { defaultDataFolder } from '../fs/data-folder';
import { Grants } from '../fs/grants';
import { HostPool } from '../inference/host-pool';
import { spawnWorker } from '../inference/spawn-node';
import type { Batch } from '../jobs/batch/batch';
import { createBatch, findBatch, type BatchesOptions } from '../jobs/batch/batches';
import { divideThreads } from '../jobs/batch/lanes';
import { checkSpec } from '../jobs/batch/prepare';
import { findAnyModelFor } from '../library/find-model';
import { batchTasks, taskList, type TaskFlags } from './batch-tasks';
import { EXIT } from './exit-codes';
import { watchInterruption } from './interruption';
import { deviceOption, threadsOption, topOption, type SessionFlags } from './options';
import { createBatchReporter } from './report/batch-report';

interface BatchFlags extends SessionFlags, TaskFlags {
  out?: string;
  template: string;
  existing: BatchSpec['existing'];
  onCollision?: BatchSpec['collisions'];
  include?: string[];
  exclude?: string[];
  timeLimit?: number;
  memoryLimit?: number;
  languageModel: boolean; // transcribe
  watch?: boolean;
  shard?: BatchSpec['shard'];
  queue?: string;
  shared?: string;
  resume?: boolean;
  json?: boolean;
  dataDir: string;
}

const HELP = `
Examples:
  mamba-studio batch visit --out results                            pictures are segmented, recordings transcribed
  mamba-studio batch slides --task segment --out results            the folders of slides again below results
  mamba-studio batch talks more.wav --task transcribe --format srt  subtitles beside each recording
  mamba-studio batch slides --task segment --out results --resume   go on where it stopped: Ctrl-C, a crash, a full disk
  mamba-studio batch inbox --task transcribe --watch                whatever comes into the folder, until Ctrl-C
  mamba-studio batch slides --task segment --out results --shard 2/8   one of eight parts, by name: docs/many-machines.md

With several tasks each takes its kind of file, and a name in --format goes to each task that has it: --format csv,txt. Models are given by task: --model segment=nuclei,transcribe=speech-en.
Names of outputs come from the template: {dir} folder below the source, {name}, {ext} of the input, {task}, {model}, {index}, {date}.
Outputs that would fall onto each other are numbered; with --on-collision refuse the batch stops with OUTPUT_COLLISION before the first file. With --resume the same command goes on: finished files are passed over as long as their content, the model
and the formats are the same; files that came into the folders since are taken up; failed ones are tried again.
A summary of all files is written beside the results (mamba-batch-summary.csv and .json).
With --json one object a line tells what happens: batch, item, notice, end.`;

const FAILURES_SHOWN = 20;

export function addBatchCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('batch')
    .description('work through folders and never lose what is done')
    .argument('<sources...>', 'folders, searched with all that is below them, and files')
    .addOption(new Option('--task <list>', `what to do with each file: one of ${TASKS.join(', ')}, or two separated by commas, for pictures and for recordings (default: segment,transcribe)`).argParser(taskList))
    .option('--model <id|path>', "an installed model, a model's folder or a published checkpoint; by task where there are several (default: each task's own)")
    .option('--out <folder>', 'where to write; created when missing (default: beside each input)')
    .option('--format <list>', 'what to write, separated by commas (default: as for the single task)')
    .option('--template <text>', 'names of outputs, below the output folder', '{dir}/{name}')
    .addOption(new Option('--existing <what>', 'an output that is there already').choices(batchSpec.shape.existing.options).default('skip'))
    .addOption(new Option('--on-collision <what>', 'outputs that would fall onto each other or onto an input: numbered (default), or nothing runs').choices(batchSpec.shape.collisions.unwrap().options))
    .option('--include <pattern...>', 'of what folders hold only these: names, or paths with * ** ? {a,b}')
    .option('--exclude <pattern...>', 'and none of these')
    .option('--time-limit <seconds>', 'longest time for one file', seconds)
    .option('--memory-limit <megabytes>', 'most memory that the process which works on a file may hold, model and all', megabytes)
    .option('--no-language-model', 'transcribe: spell what is heard, without the language model')
    .addOption(topOption('classify: how many classes to write'))
    .option('--watch', 'go on watching the folders, until Ctrl-C: what comes into them is taken up, each content once')
    .option('--shard <i/n>', 'only the i-th of n parts, for machines that share the work without a queue', shard)
    .option('--queue <redis://…>', 'let the workers of this queue do it (mamba-studio worker), on any number of machines: docs/many-machines.md')
    .option('--shared <folder>', 'with --queue: the folder that all machines share, with inputs and outputs in it')
    .option('--resume', 'go on with the latest batch of the same sources and options')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--data-dir <folder>', 'where plans and journals are kept, as the window keeps them', defaultDataFolder())
    .option('--json', 'JSON lines even on a terminal')
    .addHelpText('after', HELP)
    .action(async (sources: string[], flags: BatchFlags) => finish(await runBatch(sources, flags)));
}

async function runBatch(sources: string[], flags: BatchFlags): Promise<number> {
  const interruption = watchInterruption();
  const reporter = createBatchReporter(flags.json === true);
  const notice = (message: string) => reporter.hear('notice', { level: 'warn', message });
  const around = await surroundings(flags, notice);
  const options: BatchesOptions = {
    ...around.environment,
    dir: path.join(path.resolve(flags.dataDir), 'batches'),
    library: { findFor: (task, name) => findAnyModelFor(task, name, path.resolve(flags.dataDir)) },
    settings: { get: () => flags },
    grants: Grants.all(),
    publish: (event, body) => reporter.hear(event, body),
    log: { write: (level, _source, message) => reporter.hear('notice', { level: level === 'debug' ? 'info' : level, message }) },
  };
  try {
    const { spec } = await checkSpec(specOf(sources, flags), options);
    const found = flags.resume ? await findBatch(options, spec) : undefined;
    const batch = found ?? (await createBatch(options, spec));
    if (found) await batch.retry({ rescan: true });
    else batch.start();
    let paused: Promise<void> | undefined;
    const pause = () => (paused ??= batch.pause());
    interruption.signal.addEventListener('abort', () => void pause());
    if (interruption.signal.aborted) void pause();
    const info = await batch.settled();
    await pause(); // an interruption is journalled before we go
    reporter.end(batch.info(), await failures(batch), batch.summaryFiles);
    return interruption.exitCode() ?? (info.failed > 0 || info.state !== 'done' ? EXIT.someFailed : EXIT.ok);
  } finally {
    await around.close();
  }
}

/** What runs the files: children here, or the workers of a queue. */
async function surroundings(flags: BatchFlags, onNotice: (message: string) => void): Promise<{ environment: Pick<BatchesOptions, 'host' | 'filesAtOnce' | 'lastingJobs'>; close(): Promise<void> }> {
  if (flags.queue === undefined) {
    const host = new HostPool({ spawn: spawnWorker, lanes: () => divideThreads(flags).lanes, onNotice });
    return { environment: { host }, close: () => host.close() };
  }
  if (flags.shared === undefined) throw new AppError('BAD_USAGE', '--queue needs --shared', 'Name the folder that all machines share, with inputs and outputs in it.');
  const { openQueue, FILES_IN_QUEUE } = await import('./queue');
  const host = await openQueue({ url: flags.queue, shared: flags.shared, secondsPerFile: flags.timeLimit, onNotice });
  return { environment: { host, filesAtOnce: FILES_IN_QUEUE, lastingJobs: true }, close: () => host.close() };
}

function specOf(sources: string[], flags: BatchFlags): BatchSpec {
  return batchSpec.parse({
    sources: sources.map((source) => path.resolve(source)),
    tasks: batchTasks(flags),
    outDir: flags.out === undefined ? null : path.resolve(flags.out),
    template: flags.template,
    existing: flags.existing,
    collisions: flags.onCollision,
    include: flags.include,
    exclude: flags.exclude,
    secondsPerFile: flags.timeLimit,
    megabytesPerFile: flags.memoryLimit,
    watch: flags.watch,
    shard: flags.shard,
  });
}

async function failures(batch: Batch) {
  return (await batch.items(0, FAILURES_SHOWN, { states: ['failed'] })).items;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1e7)) throw new InvalidArgumentError('Expected a number of seconds above 0.');
  return value;
}

function megabytes(text: string): number {
  const value = Number(text);
  if (!(value >= 64 && value <= 1e6)) throw new InvalidArgumentError('Expected a number of megabytes from 64 to 1000000.');
  return value;
}

function shard(text: string): BatchSpec['shard'] {
  const parts = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, count] = [Number(parts?.[1]), Number(parts?.[2])];
  if (!parts || index < 1 || index > count || count > 100_000) throw new InvalidArgumentError('Expected a part and their number, such as 2/8.');
  return { index, count };
}
