import path from 'node:path';
import { utilityProcess } from 'electron';
import { packageRoot } from '../fs/package-root';
import { spawnWorker } from '../inference/spawn-node';
import type { WorkerChannel, WorkerExit } from '../inference/worker-channel';

const LAST_WORDS_CHARACTERS = 4000;

/** Starts the inference child as Electron does: a packaged Electron cannot run as Node, so child_process would start a second application. */
export function spawnUtility(): WorkerChannel {
  const child = utilityProcess.fork(path.join(packageRoot(), 'out', 'main', 'worker.js'), [], { stdio: ['ignore', 'ignore', 'pipe'], serviceName: 'Mamba Studio inference' });
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS_CHARACTERS);
  });

  const started = new Promise<void>((resolve) => child.once('spawn', resolve));
  let gone = false;
  let fatal = '';
  child.once('exit', () => (gone = true));
  child.once('error', (type, location) => (fatal = `${type} at ${location}`));

  return {
    get pid() {
      return child.pid;
    },
    send: (message) => void started.then(() => gone || child.postMessage(message)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) =>
      void child.once('exit', (code) => {
        const exit: WorkerExit = { code, signal: null, lastWords: [lastWords, fatal].filter((part) => part !== '').join('\n') };
        setImmediate(() => listener(exit)); // what came on stderr just before is read first
      }),
    // kill() only asks, by SIGTERM; a child deep in native code would not hear.
    kill: () => void started.then(() => gone || (child.pid !== undefined && process.kill(child.pid, 'SIGKILL'))),
  };
}

/** Where there are no utility processes, a child of plain Node. */
export const chooseSpawn = (): (() => WorkerChannel) => ((utilityProcess as typeof utilityProcess | undefined) === undefined ? spawnWorker : spawnUtility);
