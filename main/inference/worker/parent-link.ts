import { toWorker, type FromWorker, type ToWorker } from '../../contract/worker-messages';

export interface ParentLink {
  send(message: FromWorker): void;
  /** Resolves when the message has left this process: call before an exit. */
  flush(message: FromWorker): Promise<void>;
}

/** Binds this process to the one that forked it. `onLost`: the parent has gone, however it ended. */
export function linkToParent(onMessage: (message: ToWorker) => void, onLost: () => void): ParentLink {
  process.on('message', (raw) => onMessage(toWorker.parse(raw)));
  process.on('disconnect', onLost);
  const flush = (message: FromWorker) =>
    new Promise<void>((resolve) => {
      if (!process.send || !process.connected) return resolve();
      process.send(message, undefined, undefined, () => resolve());
    });
  return { flush, send: (message) => void flush(message) };
}
