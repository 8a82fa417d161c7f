import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ClassifySection } from '../../../../models/cards/card';
import { labelsOf } from '../../../../models/tasks/classify/labels';
import { pictureInput } from '../../../../models/tasks/classify/picture-input';
import { rank, scoresOf } from '../../../../models/tasks/classify/ranking';
import { classesCsv, classesJson, classesText, type Classified } from '../../../../models/tasks/classify/written';
import { AppError } from '../../../contract/errors';
import type { ClassifyFormat } from '../../../contract/formats';
import { TOP_CLASSES, type JobSpec } from '../../../contract/job';
import { readImage } from '../media/inputs';
import type { LoadedModel, PipelineContext, PipelineResult } from './context';

const writers: Record<ClassifyFormat, (classified: Classified) => string> = { json: classesJson, csv: classesCsv, txt: classesText };

/** File -> the classes that it most likely shows. Errors: those of the reader of its kind, and of the model. */
export async function classifyFile(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  context.progress('load model', 0);
  const model = await context.model();
  const section = sectionOf(model);
  context.progress('classify', 0.3);
  await setImmediate(); // lets a cancellation in
  context.signal.throwIfAborted();
  const scores = scoresOf(await readers[section.input.kind](job.input, section, model, context.signal), section.scores);
  const classes = rank(scores, labelsOf(section), job.top ?? TOP_CLASSES.byDefault);
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

type Reader = (path: string, section: ClassifySection, model: LoadedModel, signal: AbortSignal) => Promise<Float32Array>;

/** For each kind of input: what the model says of the file, one value a class. */
const readers: Record<ClassifySection['input']['kind'], Reader> = { picture: ofPicture };

async function ofPicture(path: string, { input }: ClassifySection, { built, session }: LoadedModel, signal: AbortSignal): Promise<Float32Array> {
  const image = await readImage(path);
  const data = pictureInput(image, input);
  const answer = await session.run({ [built.inputs[0]!.name]: { type: 'float32', dims: [1, 3, input.crop, input.crop], data } }, { signal });
  return answer[built.outputs[0]!.name]!.data as Float32Array;
}
