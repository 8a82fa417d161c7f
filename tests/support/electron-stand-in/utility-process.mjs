import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

const PORT = new URL('./utility-port.mjs', import.meta.url).href;

class UtilityProcess extends EventEmitter {
  constructor(script, args, { stdio }) {
    super();
    this.child = fork(script, args, { execArgv: ['--import', PORT], stdio: [...stdio, 'ipc'], serialization: 'advanced' });
    this.child.once('spawn', () => this.emit('spawn'));
    this.child.on('message', (message) => this.emit('message', message));
    this.child.once('exit', (code) => this.emit('exit', code ?? 1));
  }
  get pid() {
    return this.child.exitCode === null ? this.child.pid : undefined;
  }
  get stderr() {
    return this.child.stderr;
  }
  postMessage(message) {
    this.child.send(structuredClone(message), () => undefined);
  }
  kill() {
    return this.child.kill();
  }
}

export const utilityProcess = { fork: (script, args = [], options = {}) => new UtilityProcess(script, args, options) };
