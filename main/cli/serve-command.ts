import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { defaultDataFolder } from '../fs/data-folder';
import { spawnWorker } from '../inference/spawn-node';
import { EXIT } from './exit-codes';
import { watchInterruption } from './interruption';
import { openBrowser } from './open-browser';

interface ServeFlags {
  port: number;
  dataDir: string;
  open: boolean;
  json?: boolean;
  checkResults?: boolean;
}

const HELP = `
Only this computer can reach the server (127.0.0.1), and only a browser that opens the printed address with its token. The window may open files of the
named folders and those that are dropped into it; without a folder, only the latter.

From another computer, through SSH:
  there  mamba-studio serve --port 4000 --no-open ~/images
  here   ssh -L 4000:127.0.0.1:4000 user@there
  here   open the printed address; with -L 5000:127.0.0.1:4000, put 5000 in place of 4000

Ctrl-C ends the server. Running batches go on where they were when it is started again.`;

export function addServeCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('serve')
    .description('the window of Mamba Studio in a browser, for this computer or through an SSH tunnel')
    .argument('[folders...]', 'folders whose files the window may open; single files are opened at once')
    .addOption(new Option('--port <n>', 'port on 127.0.0.1; 0 takes a free one').argParser(portNumber).default(0))
    .option('--data-dir <folder>', 'where settings, results and installed models are kept', defaultDataFolder())
    .option('--no-open', 'only print the address, start no browser')
    .option('--json', 'print the address as {"event":"listening","url":...}; so it is too where stdout is no terminal')
    .addOption(new Option('--check-results', 'compare every answer with the contract').hideHelp())
    .addHelpText('after', HELP)
    .action(async (folders: string[], flags: ServeFlags) => finish(await runServe(folders, flags)));
}

async function runServe(folders: string[], { port, dataDir, open, json = !process.stdout.isTTY, checkResults = false }: ServeFlags): Promise<number> {
  const { signal } = watchInterruption();
  const { serve } = await import('../ipc/serve'); // a whole web server, for this command alone
  const serving = await serve({ folders, port, dataDir: path.resolve(dataDir), spawn: spawnWorker, checkResults });
  const { server, studio } = serving;
  const { url, port: taken } = server;
  process.on('unhandledRejection', (reason) => studio.log.write('error', 'internal', reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)));
  studio.log.write('info', 'serve', `Listening on port ${taken}`);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'listening', url })}\n`);
  else process.stdout.write(`Mamba Studio is at\n\n  ${url}\n\nCtrl-C ends it.\n`);
  if (open && !(await openBrowser(server.urlOnce())) && !json) process.stdout.write('No browser could be started here: open the address yourself.\n');
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  if (!json) process.stdout.write('\nEnding ...\n');
  await serving.close();
  return EXIT.ok;
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return Number(text);
}
