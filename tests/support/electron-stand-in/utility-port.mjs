/** In the child: process.parentPort in place of process.send, and the end with the parent, as in a utility process. */
import { EventEmitter } from 'node:events';

const send = process.send.bind(process);
delete process.send;

/** Reads nothing until somebody listens: what comes while the script is still loading waits. */
class ParentPort extends EventEmitter {
  on(name, listener) {
    super.on(name, listener);
    if (this.listenerCount('message') === 1) process.on('message', (data) => this.emit('message', { data }));
    return this;
  }
  postMessage(message) {
    send(structuredClone(message));
  }
}

process.parentPort = new ParentPort();
process.on('disconnect', () => process.exit(1));
