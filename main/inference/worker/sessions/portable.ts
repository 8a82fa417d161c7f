import { Tensor as OrtTensor, InferenceSession } from 'onnxruntime-node';
import type { SessionOptions, Tensor } from '../../../../native-kernels/lib';
import type { ModelSession } from '../pipeline/context';

/** A session of stock operators, by onnxruntime-node. Its run blocks this process, so an abort takes effect before or after it, not within. */
export async function openPortableSession(model: Uint8Array | string, provider: 'cpu' | 'webgpu', { threads = 0 }: SessionOptions): Promise<ModelSession> {
  const session = await InferenceSession.create(model as string, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    async run(feeds, { signal, outputs } = {}) {
      signal?.throwIfAborted();
      const results = await session.run(
        Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, new OrtTensor(tensor.type as 'float32', tensor.data as Float32Array, tensor.dims)])),
        outputs ?? session.outputNames,
      );
      signal?.throwIfAborted();
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, toTensor(value as OrtTensor)]));
    },
    dispose: () => void session.release(),
  };
}

function toTensor(value: OrtTensor): Tensor {
  return { type: value.type as Tensor['type'], dims: [...value.dims], data: value.data as Tensor['data'] };
}
