import { fork } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../fs/package-root';
import type { WorkerChannel } from './worker-channel';

const LAST_WORDS_CHARACTERS = 4000;

/** The child holds little but typed arrays that die young: until they come to so many megabytes, V8 need not look through its heap after every other picture. */
const V8_FLAGS = ['--initial-old-space-size=64'];

/** glibc gives threads heaps of their own, up to 16 on two cores, and each grows as large as its largest picture: with two the child holds less, and is as fast. */
const HEAPS = { MALLOC_ARENA_MAX: '2' };

/** Starts the bundled worker under this Node. */
export function spawnWorker(): WorkerChannel {
  return forkChannel(path.join(packageRoot(), 'out', 'main', 'worker.js'));
}

/** Its stdout is dropped: native libraries must not write into our JSON lines. */
export function forkChannel(script: string): WorkerChannel {
  const child = fork(script, { env: { ...HEAPS, ...process.env }, execArgv: V8_FLAGS, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS);
  });
  return {
    pid: child.pid,
    // A send to a child that has just died fails; its exit is what gets reported.
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.once('close', (code, signal) => listener({ code, signal, lastWords }));
      child.once('error', (error) => listener({ code: null, signal: null, lastWords: error.message }));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
