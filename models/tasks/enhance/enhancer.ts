/** The way to run an enhancer, by what its model takes. */
import type { BuiltModel } from '../../architectures';
import { HeardWindows } from '../sound/heard-windows';
import { EnhanceStream, type Run } from './stream';

export type { FloatTensor } from './stream';

export interface Enhancer {
  /** Mono samples at the model's rate, any number of them. */
  push(pcm: Float32Array): AsyncGenerator<Float32Array>;
  /** The rest of the output: altogether as many samples as came in. */
  finish(): AsyncGenerator<Float32Array>;
}

/** `samplesPerRun`: of a model that takes any number. Throws RangeError for a model that does not enhance sound. */
export function enhancerOf(run: Run, { states, stream, windows }: Pick<BuiltModel, 'states' | 'stream' | 'windows'>, samplesPerRun: number): Enhancer {
  if (stream) return new EnhanceStream(run, states, stream, samplesPerRun);
  if (windows) return mono(new HeardWindows(async (window) => [(await run({ pcm: { type: 'float32', dims: [1, window.length], data: window } }))['enhanced']!.data], windows));
  throw new RangeError('the model does not say how it takes sound');
}

/** The only channel. */
function mono(heard: HeardWindows): Enhancer {
  const only = async function* (pieces: AsyncIterable<Float32Array[]>) {
    for await (const [piece] of pieces) yield piece!;
  };
  return { push: (pcm) => only(heard.push(pcm)), finish: () => only(heard.finish()) };
}
