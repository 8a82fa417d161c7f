import { Transcriber, type FloatTensor } from '../../../../models/tasks/transcribe/streaming';
import { AppError } from '../../../contract/errors';
import type { LoadedModel } from './context';

export const RUN_SECONDS = 8; // of sound in one run: longer runs are no faster, and take more memory
const FIRST_RUN_SECONDS = 1; // the first words come soon

/** The speech model at work on one recording. `runSeconds` sets the length of one run and changes nothing in the result. Throws AppError WRONG_TASK. */
export function recognition({ card, built, session }: LoadedModel, signal: AbortSignal, runSeconds = RUN_SECONDS): Transcriber {
  if (!card.audio || !card.transcribe) throw new AppError('WRONG_TASK', `the model ${card.id} is for ${card.task}, not for transcribe`, 'Choose a speech model.');
  const { sampleRate, stepSamples } = card.audio;
  const steps = (seconds: number) => Math.max(1, Math.round((seconds * sampleRate) / stepSamples));
  const run = async (feeds: Record<string, FloatTensor>) => (await session.run(feeds, { signal })) as Record<string, FloatTensor>;
  return new Transcriber(run, built.states, { ...card.audio, stepsPerRun: steps(runSeconds), firstSteps: steps(Math.min(runSeconds, FIRST_RUN_SECONDS)) });
}
