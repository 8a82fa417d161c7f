import path from 'node:path';
import type { Command } from 'commander';
import { defaultDataFolder } from '../fs/data-folder';
import { HostPool } from '../inference/host-pool';
import { spawnWorker } from '../inference/spawn-node';
import { divideThreads } from '../jobs/batch/lanes';
import { findAnyModelFor } from '../library/find-model';
import { EXIT } from './exit-codes';
import { watchInterruption } from './interruption';
import { deviceOption, threadsOption, type SessionFlags } from './options';
import { printable } from './report/table';

interface WorkerFlags extends SessionFlags {
  queue: string;
  shared: string;
  dataDir: string;
  json?: boolean;
}

const HELP = `
Takes files of batches that were started with --queue, until Ctrl-C. Any number of workers may run, on any number of machines that have the same folder, under
whatever path: what a worker that ends has in hand goes to another one.

Whoever can write to the Redis decides what the workers do, within the shared folder: use one that only you can reach (a password, a private network, rediss://).
A worker checks every job, and reads and writes in the shared folder alone.

Example:
  mamba-studio worker --queue redis://server:6379 --shared /mnt/data`;

export function addWorkerCommand(program: Command, finish: (exitCode: number) => void): void {
  program
    .command('worker')
    .description('work for batches that other machines have started with --queue')
    .requiredOption('--queue <redis://…>', 'the Redis that hands out the files')
    .requiredOption('--shared <folder>', 'the folder that all machines share, as it is mounted here')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option('--data-dir <folder>', 'where installed models are', defaultDataFolder())
    .option('--json', 'JSON lines even on a terminal')
    .addHelpText('after', HELP)
    .action(async (flags: WorkerFlags) => finish(await runWorker(flags)));
}

async function runWorker(flags: WorkerFlags): Promise<number> {
  const { QueueWorker } = await import('../jobs/queue/queue-worker');
  const { rememberedHash } = await import('./queue');
  const interruption = watchInterruption();
  const division = divideThreads(flags);
  const json = flags.json === true || !process.stdout.isTTY;
  const hear = (event: { event: string }) => void process.stdout.write(json ? `${JSON.stringify(event)}\n` : `${printable(Object.values(event).join(' '))}\n`);
  const runner = new HostPool({ spawn: spawnWorker, lanes: () => division.lanes, onNotice: (message) => hear({ event: 'notice', ...{ message } }) });
  try {
    const worker = await QueueWorker.open({
      url: flags.queue,
      folder: flags.shared,
      runner,
      files: division.files,
      session: () => ({ device: flags.device, threads: division.threads }),
      findModel: async (task, id, place) => (await findAnyModelFor(task, place ?? id, path.resolve(flags.dataDir))).files,
      hashModel: rememberedHash(),
      hear,
    });
    const stop = () => void worker.close();
    interruption.signal.addEventListener('abort', stop);
    if (interruption.signal.aborted) stop();
    const because = await worker.ended;
    if (because) throw because;
    return interruption.exitCode() ?? EXIT.ok;
  } finally {
    await runner.close();
  }
}
