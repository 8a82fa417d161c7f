import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { AppError } from '../contract/errors';
import { TASKS } from '../contract/formats';
import { packageRoot } from '../fs/package-root';
import { addBatchCommand } from './batch-command';
import { addBenchCommand } from './bench-command';
import { addEvalCommand } from './eval-command';
import { EXIT, EXIT_HELP } from './exit-codes';
import { addModelsCommand } from './models-command';
import { addServeCommand } from './serve-command';
import { addTaskCommand } from './task-command';
import { addWorkerCommand } from './worker-command';

/** Runs the command line `argv` (with node and script in front, as process.argv) and gives the exit code. */
export async function runCli(argv: string[]): Promise<number> {
  let exitCode: number = EXIT.ok;
  const finish = (code: number) => void (exitCode = code);
  const program = new Command('mamba-studio')
    .description('Segment images and transcribe speech on this computer with state-space models. Nothing leaves the machine.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .addHelpText('after', `\n${EXIT_HELP}`);
  for (const task of TASKS) addTaskCommand(program, task, finish);
  addBatchCommand(program, finish);
  addWorkerCommand(program, finish);
  addModelsCommand(program, finish);
  addEvalCommand(program, finish);
  addBenchCommand(program, finish);
  addServeCommand(program, finish);
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`error ${error.code}: ${error.message}\n${error.hint}\n`);
    return EXIT.usage;
  }
}

function version(): string {
  return (JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
