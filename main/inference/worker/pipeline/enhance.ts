import { DeviationLevel, RmsLevel, type Level } from '../../../../models/tasks/enhance/level';
import { enhancerOf } from '../../../../models/tasks/enhance/enhancer';
import { AppError } from '../../../contract/errors';
import type { JobSpec } from '../../../contract/job';
import { openAudio, type AudioStream } from '../media/audio';
import { readSound } from '../media/inputs';
import { soundFile } from '../sinks/sound-file';
import type { LoadedModel, PipelineContext, PipelineResult } from './context';
import { SoundProgress, soundRun } from './sound-run';

const LEVELS = { deviation: DeviationLevel, rms: RmsLevel };
const RUN_SECONDS = 4; // of sound in one run, where the model takes any length
export const LEVEL_SHARE = 0.1; // of the job's time for listening to the level first

/** A recording -> the same without noise, mono at the model's rate; of the sound only the result is kept. Errors: those of `openAudio` and of the model. */
export async function enhanceSpeech(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  const audio = await readSound(job.input);
  const model = await context.model();
  const { enhance } = sections(model);
  const pieces: Float32Array[] = [];
  const progress = new SoundProgress((audio.durationHint ?? 0) * enhance.sampleRate, (fraction) => context.progress('enhance', LEVEL_SHARE + (1 - LEVEL_SHARE) * fraction));
  for await (const piece of enhancedSound(audio, model, context, job.input, progress)) pieces.push(piece);
  return {
    outputs: job.formats.map((format) => ({ format, bytes: soundFile(format, pieces, enhance.sampleRate) })),
    summary: { task: 'enhance', audioSeconds: progress.samples / enhance.sampleRate },
  };
}

/** The sound of the recording `path` without noise, as many samples as came in, in memory of one run. */
export async function* enhancedSound(audio: AudioStream, model: LoadedModel, context: Pick<PipelineContext, 'signal' | 'progress'>, path: string, progress = new SoundProgress()): AsyncGenerator<Float32Array> {
  const { enhance } = sections(model);
  if (enhance.sampleRate !== audio.sampleRate) {
    throw new AppError('WRONG_TASK', `a model for sound at ${audio.sampleRate} Hz was expected, "${model.card.id}" is for ${enhance.sampleRate} Hz`, 'Choose another model.');
  }
  const level = enhance.level === 'as-is' ? 1 : await levelOf(path, new LEVELS[enhance.level](), context);
  const enhancer = enhancerOf(soundRun(model, context.signal, progress), model.built, RUN_SECONDS * enhance.sampleRate);
  const atLevel = (piece: Float32Array) => {
    progress.add(piece.length);
    return piece.map((sample) => sample * level);
  };
  for await (const pcm of audio) {
    context.signal.throwIfAborted();
    for await (const piece of enhancer.push(pcm.map((sample) => sample / level))) yield atLevel(piece);
  }
  for await (const piece of enhancer.finish()) yield atLevel(piece);
}

function sections({ card, built }: LoadedModel) {
  if (card.enhance && (built.stream || built.windows)) return { enhance: card.enhance };
  throw new AppError('WRONG_TASK', `a model that enhances speech was expected, "${card.id}" does not`, 'Choose another model.');
}

/** Reads the recording once more: the level of the whole is needed before its first sample can be run. */
async function levelOf(path: string, level: Level, { signal, progress }: Pick<PipelineContext, 'signal' | 'progress'>): Promise<number> {
  progress('level', 0);
  for await (const pcm of await openAudio({ path })) {
    signal.throwIfAborted();
    level.push(pcm);
  }
  return level.value();
}
