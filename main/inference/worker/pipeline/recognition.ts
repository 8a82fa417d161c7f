import { Transcriber, type FloatTensor } from '../../../../models/tasks/transcribe/streaming';
import { AppError } from '../../../contract/errors';
import type { LoadedModel } from './context';

export const RUN_SECONDS = 8; // of sound in one run: longer runs are no faster, and take more memory
export const FIRST_RUN_SECONDS = 1; // where somebody waits for the first words

/** The speech model at work on one recording; `output`: which of its answers is read. `runSeconds` and `firstSeconds` set the lengths of runs and change nothing in the result. Throws AppError WRONG_TASK. */
export function recognition({ card, built, session }: LoadedModel, output: string, signal: AbortSignal, runSeconds = RUN_SECONDS, firstSeconds = runSeconds): Transcriber {
  if (!card.audio || !card.transcribe) throw new AppError('WRONG_TASK', `the model ${card.id} is for ${card.task}, not for transcribe`, 'Choose a speech model.');
  const { sampleRate, stepSamples } = card.audio;
  const steps = (seconds: number) => Math.max(1, Math.round((seconds * sampleRate) / stepSamples));
  const outputs = [output, ...built.states.map((state) => state.output)];
  const run = async (feeds: Record<string, FloatTensor>) => (await session.run(feeds, { signal, outputs })) as Record<string, FloatTensor>;
  return new Transcriber(run, output, built.states, { ...card.audio, stepsPerRun: steps(runSeconds), firstSteps: steps(Math.min(runSeconds, firstSeconds)) });
}
