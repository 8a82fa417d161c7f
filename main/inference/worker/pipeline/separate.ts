import { separatorOf } from '../../../../models/tasks/separate/separator';
import { AppError } from '../../../contract/errors';
import type { JobSpec } from '../../../contract/job';
import { readSound } from '../media/inputs';
import { soundFile } from '../sinks/sound-file';
import type { LoadedModel, PipelineContext, PipelineResult } from './context';
import { SoundProgress, soundRun } from './sound-run';

const STAGE = 'separate speakers';

/** A recording in which several speak at once -> one of each, mono at the model's rate; beside the model, of the sound only the results are kept. Errors: those of `openAudio` and of the model. */
export async function separateSpeech(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  const model = await context.model();
  const { sampleRate, windows } = layoutOf(model);
  const audio = await readSound(job.input, sampleRate);
  const speakers: Float32Array[][] = [];
  const progress = new SoundProgress((audio.durationHint ?? 0) * sampleRate, (fraction) => context.progress(STAGE, fraction));
  const separator = separatorOf(soundRun(model, context.signal, progress), windows);
  const keep = (pieces: readonly Float32Array[]) => {
    for (const [speaker, piece] of pieces.entries()) (speakers[speaker] ??= []).push(piece);
    progress.add(pieces[0]!.length);
  };
  context.progress(STAGE, 0);
  for await (const pcm of audio) {
    context.signal.throwIfAborted();
    for await (const pieces of separator.push(pcm)) keep(pieces);
  }
  for await (const pieces of separator.finish()) keep(pieces);
  return {
    outputs: job.formats.flatMap((format) => speakers.map((pieces) => ({ format, bytes: soundFile(format, pieces, sampleRate) }))),
    summary: { task: 'separate', audioSeconds: progress.samples / sampleRate },
  };
}

function layoutOf({ card, built }: LoadedModel) {
  if (card.separate && built.windows) return { ...card.separate, windows: built.windows };
  throw new AppError('WRONG_TASK', `a model that separates speakers was expected, "${card.id}" does not`, 'Choose another model.');
}
