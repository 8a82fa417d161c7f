import { afterAll } from 'vitest';
import { InferenceHost } from '../../main/inference/host';
import { spawnWorker } from '../../main/inference/spawn-node';

/** A host of the real child for the tests of one file. */
export function realHost(): InferenceHost {
  const host = new InferenceHost({ spawn: spawnWorker });
  afterAll(() => host.close());
  return host;
}
