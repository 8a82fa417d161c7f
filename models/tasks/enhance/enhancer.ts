/** The way to run an enhancer, by what its model takes. */
import type { BuiltModel } from '../../architectures';
import { EnhanceStream, type Run } from './stream';
import { EnhanceWindows } from './windows';

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
  if (windows) return new EnhanceWindows(run, windows);
  throw new RangeError('the model does not say how it takes sound');
}
