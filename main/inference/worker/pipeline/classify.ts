import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ClassifySection, PictureInput, SoundInput } from '../../../../models/cards/card';
import { labelsOf } from '../../../../models/tasks/classify/labels';
import { pictureInput } from '../../../../models/tasks/classify/picture-input';
import { rank, scoresOf } from '../../../../models/tasks/classify/ranking';
import { pieceLength, soundInput, SoundPieces } from '../../../../models/tasks/classify/sound-input';
import { classesCsv, classesJson, classesText, type Classified } from '../../../../models/tasks/classify/written';
import { AppError } from '../../../contract/errors';
import type { ClassifyFormat } from '../../../contract/formats';
import { TOP_CLASSES, type JobSpec } from '../../../contract/job';
import { readImage, readSound } from '../media/inputs';
import type { LoadedModel, PipelineContext, PipelineResult } from './context';

const LOADED = 0.3; // of the job's time for loading the model

const writers: Record<ClassifyFormat, (classified: Classified) => string> = { json: classesJson, csv: classesCsv, txt: classesText };

/** File -> the classes that it most likely shows. Errors: those of the reader of its kind, and of the model. */
export async function classifyFile(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  context.progress('load model', 0);
  const model = await context.model();
  const section = sectionOf(model);
  context.progress('classify', LOADED);
  await setImmediate(); // lets a cancellation in
  context.signal.throwIfAborted();
  const all: Float32Array[] = [];
  for await (const logits of section.input.kind === 'picture' ? ofPicture(job.input, section.input, model, context) : ofSound(job.input, section.input, model, context)) {
    all.push(scoresOf(logits, section.scores));
  }
  const classes = rank(meanOf(all), labelsOf(section), job.top ?? TOP_CLASSES.byDefault);
  const classified = { file: basename(job.input), model: model.card.id, classes };
  return {
    outputs: job.formats.map((format) => ({ format, bytes: writers[format as ClassifyFormat](classified) })),
    summary: { task: 'classify', label: classes[0]!.label, score: classes[0]!.score },
  };
}

function sectionOf({ card }: LoadedModel): ClassifySection {
  if (card.classify) return card.classify;
  throw new AppError('WRONG_TASK', `a model that classifies was expected, "${card.id}" does not`, 'Choose another model.');
}

/** What the model says of the file, one value a class. */
async function* ofPicture(path: string, input: PictureInput, model: LoadedModel, { signal }: PipelineContext): AsyncGenerator<Float32Array> {
  const data = pictureInput(await readImage(path), input);
  yield await answer(model, { dims: [1, 3, input.crop, input.crop], data }, signal);
}

/** The same of each piece of a recording. */
async function* ofSound(path: string, input: SoundInput, model: LoadedModel, { signal, progress }: PipelineContext): AsyncGenerator<Float32Array> {
  const sound = await readSound(path);
  const pieces = new SoundPieces(pieceLength(input));
  let samples = 0;
  for await (const pcm of sound) {
    signal.throwIfAborted();
    samples += pcm.length;
    for (const piece of pieces.push(pcm)) yield await answer(model, soundInput(piece, input), signal);
    if (sound.durationHint) progress('classify', LOADED + (1 - LOADED) * Math.min(1, samples / input.sampleRate / sound.durationHint));
  }
  for (const piece of pieces.finish()) yield await answer(model, soundInput(piece, input), signal);
}

async function answer({ built, session }: LoadedModel, { dims, data }: { dims: number[]; data: Float32Array }, signal: AbortSignal): Promise<Float32Array> {
  const answers = await session.run({ [built.inputs[0]!.name]: { type: 'float32', dims, data } }, { signal });
  return answers[built.outputs[0]!.name]!.data as Float32Array;
}

function meanOf(all: readonly Float32Array[]): Float32Array {
  return all[0]!.map((_, i) => all.reduce((sum, scores) => sum + scores[i]!, 0) / all.length);
}
