/** The queue of several machines, put together for the command line. Loaded when it is asked for: most runs need no Redis. */
import { hostname } from 'node:os';
import { hashModel } from '../jobs/batch/item-key';
import { QueueRunner, type QueueRunnerOptions } from '../jobs/queue/queue-runner';
import { SharedFolder } from '../jobs/queue/shared-folder';
import type { ModelFiles } from '../contract/worker-messages';

/** Published ahead of the workers, so that none of them waits for this machine. */
export const FILES_IN_QUEUE = 64;

export async function openQueue({ shared, ...options }: Pick<QueueRunnerOptions, 'url' | 'secondsPerFile' | 'onNotice'> & { shared: string }): Promise<QueueRunner> {
  return QueueRunner.open({ ...options, shared: await SharedFolder.open(shared, { make: true }), host: hostname(), hashModel: rememberedHash() });
}

/** Of a model's files, computed once each. */
export function rememberedHash(): (files: ModelFiles) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (files) => {
    const key = JSON.stringify(files);
    const hash = known.get(key) ?? hashModel(files);
    known.set(key, hash);
    return hash;
  };
}
