import { basename } from 'node:path';
import type { SceneSection, SemanticSection } from '../../../../models/cards/card';
import { cocoJson } from '../../../../models/tasks/segment/coco';
import type { Color } from '../../../../models/tasks/segment/colors';
import { hexColor } from '../../../../models/tasks/segment/colors-hex';
import { instancesCsv } from '../../../../models/tasks/segment/instances-csv';
import { labelPng } from '../../../../models/tasks/segment/label-png';
import type { Raster } from '../../../../models/tasks/segment/raster';
import { encodeRegions } from '../../../../models/tasks/segment/regions';
import { withoutBackground } from '../../../../models/tasks/segment/semantic/background';
import { classMap, type ClassMap } from '../../../../models/tasks/segment/semantic/class-map';
import { classRegions } from '../../../../models/tasks/segment/semantic/class-regions';
import { mirrored } from '../../../../models/tasks/segment/semantic/mirror';
import { preparedScene, sceneSize } from '../../../../models/tasks/segment/semantic/prepare';
import { cutOut, windowsOf, type Size } from '../../../../models/tasks/segment/semantic/scene';
import { ScoreLines, type WindowScores } from '../../../../models/tasks/segment/semantic/score-lines';
import { AppError } from '../../../contract/errors';
import type { JobSpec } from '../../../contract/job';
import { deflate } from '../sinks/deflate';
import { overlayPng } from '../sinks/overlay-png';
import type { LoadedModel, PipelineOutput } from './context';

type Classes = SemanticSection['classes'];
type Stage = (name: string, fraction: number) => Promise<void>;

/** Scores of all windows are kept until the picture is read. */
const SCORES_LIMIT = 2 ** 28;

/**
 * The class of each pixel, and one region for each class that occurs. Label PNGs hold 1 + the class, as ADE20K's own annotations do; where the first class is the
 * background, they hold the class.
 */
export async function segmentScene(model: LoadedModel, scene: SceneSection, { classes, background }: SemanticSection, image: Raster, job: JobSpec, stage: Stage, signal: AbortSignal) {
  const scores = await runWindows(model, scene, image, signal, (done) => stage('segment', 0.1 + 0.6 * done));
  const steps = classMap(scores, image);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await stage('separate', 0.7 + 0.2 * step.value);
  await stage('encode', 0.9);
  return background ? encode(job, image, withoutBackground(step.value), classes.slice(1)) : encode(job, image, step.value, classes);
}

async function runWindows({ card, built, session }: LoadedModel, scene: SceneSection, image: Raster, signal: AbortSignal, step: (done: number) => Promise<void>): Promise<ScoreLines> {
  const size = sceneSize(image, scene);
  const windows = windowsOf(size, scene.kind === 'square' ? undefined : scene.window);
  const [port, classes] = [built.inputs[0]!, built.outputs[0]!.dims[1] as number];
  const colours = port.dims[1];
  if (colours !== 1 && colours !== 3) throw new AppError('WRONG_TASK', `a model of grey or coloured pictures was expected, "${card.id}" takes ${colours} channels`, 'Choose another model.');
  if (scene.kind === 'own' && windows.length * scene.window.side ** 2 * classes > SCORES_LIMIT) {
    throw new AppError('TOO_LARGE', `at most ${SCORES_LIMIT / 2 ** 20} million scores were expected, ${image.width} x ${image.height} pixels give more`, 'Cut the picture into parts, or make it smaller.');
  }
  const input = preparedScene(image, size, scene, colours);
  const mirror = 'mirror' in scene && scene.mirror;
  const answer = async (data: Float32Array, { height, width }: Size) => {
    const given = (await session.run({ [port.name]: { type: 'float32', dims: [1, colours, height, width], data } }, { signal }))[built.outputs[0]!.name]!;
    return { logits: given.data as Float32Array, rows: given.dims[2]!, columns: given.dims[3]! };
  };
  const answers: WindowScores[] = [];
  for (const [i, window] of windows.entries()) {
    await step(i / windows.length);
    const part = cutOut(input, size, window, colours);
    const { logits, rows, columns } = await answer(part, window);
    if (mirror) {
      const other = mirrored((await answer(mirrored(part, window.width), window)).logits, columns);
      for (let k = 0; k < logits.length; k++) logits[k] = (logits[k]! + other[k]!) / 2;
    }
    answers.push({ window, logits, rows, columns });
  }
  return new ScoreLines(size, answers, classes);
}

async function encode(job: JobSpec, image: Raster, map: ClassMap, classes: Classes): Promise<{ outputs: PipelineOutput[]; regions: number }> {
  const name = basename(job.input);
  const names = classes.map((look) => look.name);
  const colors: Color[] = [[0, 0, 0], ...classes.map(({ color }) => hexColor(color))];
  const found = classRegions(image, map);
  const outputs: PipelineOutput[] = [];
  for (const format of job.formats) {
    if (format === 'regions') outputs.push({ format, bytes: encodeRegions({ ...found, classes, semantic: true }) });
    if (format === 'labels') outputs.push({ format, bytes: labelPng(map, colors, deflate) });
    if (format === 'overlay') outputs.push({ format, bytes: await overlayPng(image, map, colors) });
    if (format === 'coco') outputs.push({ format, bytes: cocoJson(name, found, found.regions, names) });
    if (format === 'csv') outputs.push({ format, bytes: instancesCsv(name, found.regions, { classes: names }) });
  }
  return { outputs, regions: found.count };
}
