import type { Handlers } from '../../contract/api';
import type { Services } from './services';

type Area = 'preview' | 'start' | 'list' | 'items' | 'pause' | 'resume' | 'finish' | 'cancel' | 'retry' | 'remove';

export function batchHandlers({ batches }: Services): Pick<Handlers, `batch.${Area}`> {
  const done = async (work: Promise<void>) => {
    await work;
    return {};
  };
  return {
    'batch.preview': (spec) => batches.preview(spec),
    'batch.start': (spec) => batches.start(spec),
    'batch.list': () => batches.list(),
    'batch.items': ({ batch, offset, limit, ...filter }) => batches.items(batch, offset, limit, filter),
    'batch.pause': ({ batch }) => done(batches.pause(batch)),
    'batch.resume': ({ batch }) => done(batches.resume(batch)),
    'batch.finish': ({ batch }) => done(batches.finish(batch)),
    'batch.cancel': ({ batch }) => done(batches.cancel(batch)),
    'batch.retry': ({ batch }) => done(batches.retry(batch)),
    'batch.remove': ({ batch }) => done(batches.remove(batch)),
  };
}
