import { toWorker, type FromWorker, type ToWorker } from '../../contract/worker-messages';

export interface ParentLink {
  send(message: FromWorker): void;
  /** Resolves when the message has left this process: call before an exit. */
  flush(message: FromWorker): Promise<void>;
}

/** Electron's utility process has this in place of process.send. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

const PORT_FLUSH_MS = 50; // a port does not say when a message has left

/** Binds this process to the one that started it. `onLost`: the parent has gone, however it ended; a utility process then ends by itself. */
export function linkToParent(onMessage: (message: ToWorker) => void, onLost: () => void): ParentLink {
  const receive = (raw: unknown) => onMessage(toWorker.parse(raw));
  const port = (process as { parentPort?: ParentPort }).parentPort;
  if (port) {
    port.on('message', ({ data }) => receive(data));
    const send = (message: FromWorker) => port.postMessage(message);
    return { send, flush: (message) => new Promise((resolve) => void (send(message), setTimeout(resolve, PORT_FLUSH_MS))) };
  }
  process.on('message', receive);
  process.on('disconnect', onLost);
  const flush = (message: FromWorker) =>
    new Promise<void>((resolve) => {
      if (!process.send || !process.connected) return resolve();
      process.send(message, undefined, undefined, () => resolve());
    });
  return { flush, send: (message) => void flush(message) };
}
