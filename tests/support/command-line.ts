import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobEvent, ListEnd } from '../../main/contract/job';

const ourRoot = fileURLToPath(new URL('../..', import.meta.url));

export type CliEvent = JobEvent | ListEnd;

export interface CliResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  events: CliEvent[]; // the JSON lines of stdout
}

export interface RunningCli {
  process: ChildProcessWithoutNullStreams;
  /** Resolves with the first event of the kind. */
  seen(kind: CliEvent['event'], fits?: (event: CliEvent) => boolean): Promise<CliEvent>;
  ended: Promise<CliResult>;
}

/** Starts the built command line, as a user would. `root`: another installation. */
export function startCli(args: string[], { root = ourRoot }: { root?: string } = {}): RunningCli {
  const child = spawn(process.execPath, [path.join(root, 'bin', 'mamba-studio.mjs'), ...args]);
  const events: CliEvent[] = [];
  const watchers: (() => void)[] = [];
  let stdout = '';
  let stderr = '';
  let parsed = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (let end = stdout.indexOf('\n', parsed); end >= 0; end = stdout.indexOf('\n', parsed)) {
      const line = stdout.slice(parsed, end);
      parsed = end + 1;
      if (line.startsWith('{"event"')) events.push(JSON.parse(line) as CliEvent);
    }
    for (const look of watchers) look();
  });
  return {
    process: child,
    seen: (kind, fits = () => true) =>
      new Promise((resolve) => {
        const look = () => {
          const event = events.find((candidate) => candidate.event === kind && fits(candidate));
          if (event) resolve(event);
        };
        watchers.push(look);
        look();
      }),
    ended: new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr, events }))),
  };
}

export function runCli(args: string[], options?: Parameters<typeof startCli>[1]): Promise<CliResult> {
  return startCli(args, options).ended;
}

/** How each input of a list ended, by file name: an error code, or done or cancelled. */
export function endings({ events }: CliResult): Record<string, string> {
  const found: Record<string, string> = {};
  for (const event of events) {
    if (event.event === 'failed') found[nameOf(event.input)] = event.error.code;
    if (event.event === 'done' || event.event === 'cancelled') found[nameOf(event.input)] = event.event;
  }
  return found;
}

function nameOf(input: string): string {
  return input.split(/[\\/]/).at(-1)!;
}
