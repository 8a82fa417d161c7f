import { basename } from 'node:path';
import type { ModelCard } from '../../../../models/cards/card';
import { cocoJson } from '../../../../models/tasks/segment/coco';
import type { Color } from '../../../../models/tasks/segment/colors';
import { hexColor } from '../../../../models/tasks/segment/colors-hex';
import { instancesCsv } from '../../../../models/tasks/segment/instances-csv';
import { labelPng } from '../../../../models/tasks/segment/label-png';
import type { Raster } from '../../../../models/tasks/segment/raster';
import { encodeRegions } from '../../../../models/tasks/segment/regions';
import { classMap, type ClassMap } from '../../../../models/tasks/segment/semantic/class-map';
import { classRegions } from '../../../../models/tasks/segment/semantic/class-regions';
import { cutOut, fittedSize, sceneInput, windowsOf } from '../../../../models/tasks/segment/semantic/scene';
import { ScoreLines, type WindowScores } from '../../../../models/tasks/segment/semantic/score-lines';
import type { JobSpec } from '../../../contract/job';
import { overlayPng } from '../sinks/overlay-png';
import type { LoadedModel, PipelineOutput } from './context';

type Scene = NonNullable<ModelCard['scene']>;
type Classes = NonNullable<ModelCard['segment']>['classes'];
type Stage = (name: string, fraction: number) => Promise<void>;

/** The class of each pixel, and one region for each class that occurs. Label PNGs hold 1 + the class, as ADE20K's own annotations do. */
export async function segmentScene(model: LoadedModel, scene: Scene, classes: Classes, image: Raster, job: JobSpec, stage: Stage, signal: AbortSignal) {
  const scores = await runWindows(model, scene, image, signal, (done) => stage('segment', 0.1 + 0.6 * done));
  const steps = classMap(scores, image);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await stage('separate', 0.7 + 0.2 * step.value);
  await stage('encode', 0.9);
  return encode(job, image, step.value, classes);
}

async function runWindows({ built, session }: LoadedModel, scene: Scene, image: Raster, signal: AbortSignal, step: (done: number) => Promise<void>): Promise<ScoreLines> {
  const size = fittedSize(image, scene);
  const input = sceneInput(image, size, scene.mean, scene.std);
  const windows = windowsOf(size, scene.window);
  const answers: WindowScores[] = [];
  for (const [i, window] of windows.entries()) {
    await step(i / windows.length);
    const dims = [1, 3, window.height, window.width];
    const { dims: given, data } = (await session.run({ [built.inputs[0]!.name]: { type: 'float32', dims, data: cutOut(input, size, window) } }, { signal }))[built.outputs[0]!.name]!;
    answers.push({ window, logits: data as Float32Array, rows: given[2]!, columns: given[3]! });
  }
  return new ScoreLines(size, answers, built.outputs[0]!.dims[1] as number);
}

async function encode(job: JobSpec, image: Raster, map: ClassMap, classes: Classes): Promise<{ outputs: PipelineOutput[]; regions: number }> {
  const name = basename(job.input);
  const names = classes.map((look) => look.name);
  const colors: Color[] = [[0, 0, 0], ...classes.map(({ color }) => hexColor(color))];
  const found = classRegions(image, map);
  const outputs: PipelineOutput[] = [];
  for (const format of job.formats) {
    if (format === 'regions') outputs.push({ format, bytes: encodeRegions({ ...found, classes }) });
    if (format === 'labels') outputs.push({ format, bytes: labelPng(map, colors) });
    if (format === 'overlay') outputs.push({ format, bytes: await overlayPng(image, map, colors) });
    if (format === 'coco') outputs.push({ format, bytes: cocoJson(name, found, found.regions, names) });
    if (format === 'csv') outputs.push({ format, bytes: instancesCsv(name, found.regions, { classes: names }) });
  }
  return { outputs, regions: found.count };
}
