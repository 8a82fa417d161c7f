import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../contract/errors';
import type { JobSpec } from '../../../contract/job';
import { cocoJson } from '../../../../models/tasks/segment/coco';
import { instanceColors } from '../../../../models/tasks/segment/colors';
import { greyIfEqual } from '../../../../models/tasks/segment/grey';
import { InstanceBuilder } from '../../../../models/tasks/segment/instances';
import { instancesCsv } from '../../../../models/tasks/segment/instances-csv';
import { labelPng } from '../../../../models/tasks/segment/label-png';
import { measureInstances } from '../../../../models/tasks/segment/measure';
import { normalizationTable } from '../../../../models/tasks/segment/normalize';
import type { LabelImage, Raster } from '../../../../models/tasks/segment/raster';
import { encodeRegions, type Regions } from '../../../../models/tasks/segment/regions';
import { TileBlender } from '../../../../models/tasks/segment/tile-blender';
import { tileInput } from '../../../../models/tasks/segment/tile-input';
import { planTiles, tilesOf } from '../../../../models/tasks/segment/tiles';
import { Workspace } from '../../../../models/tasks/segment/workspace';
import { readImage } from '../media/inputs';
import { deflate } from '../sinks/deflate';
import { overlayPng } from '../sinks/overlay-png';
import type { LoadedModel, PipelineContext, PipelineOutput, PipelineResult } from './context';
import { segmentScene } from './segment-scene';

const WORKSPACE_BYTES = 2 ** 26; // what pictures of 4 megapixels need

type Card = LoadedModel['card'];
type Instances = Exclude<NonNullable<Card['segment']>, { kind: 'semantic' }>;

/** Picture in, instances out: decode, run in tiles, watershed, and one output for each format of the job. Of a model of scenes: the class of each pixel. */
export async function segmentImage(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  const { signal, progress } = context;
  const stage = async (name: string, fraction: number) => {
    progress(name, fraction);
    await setImmediate(); // lets a cancellation in
    signal.throwIfAborted();
  };
  await stage('decode', 0);
  const image = await readImage(job.input);
  await stage('load model', 0.05);
  const model = await context.model();
  const summary = (instances: number) => ({ task: 'segment' as const, width: image.width, height: image.height, instances });
  const { scene, segment } = model.card;
  if (scene && segment?.kind === 'semantic') {
    const { outputs, regions } = await segmentScene(model, scene, segment, image, job, stage, signal);
    progress('encode', 1);
    return { outputs, summary: { ...summary(regions), scene: true as const } };
  }
  const card = sections(model);
  const workspace = spare.pop() ?? new Workspace(WORKSPACE_BYTES);
  try {
    const builder = new InstanceBuilder(image.height, image.width, card.segment, workspace);
    await runTiles(model, card.input, greyIfEqual(image), builder, workspace, signal, (done) => stage('segment', 0.1 + 0.7 * done));
    await stage('separate', 0.8);
    const instances = builder.finish();
    context.free?.();
    await stage('encode', 0.9);
    const outputs = await encode(job, image, instances, card.segment.classes, builder);
    progress('encode', 1);
    return { outputs, summary: summary(instances.count) };
  } finally {
    workspace.clear();
    spare.push(workspace);
  }
}

/** As many as there were jobs at once: one may be encoded while the next one's model runs. */
const spare: Workspace[] = [];

function sections({ card }: LoadedModel): { input: NonNullable<Card['image']>; segment: Instances } {
  if (card.image && card.segment && card.segment.kind !== 'semantic') return { input: card.image, segment: card.segment };
  throw new AppError('WRONG_TASK', `a model that segments images was expected, "${card.id}" does not`, 'Choose another model.');
}

async function runTiles(model: LoadedModel, input: NonNullable<Card['image']>, image: Raster, builder: InstanceBuilder, workspace: Workspace, signal: AbortSignal, step: (done: number) => Promise<void>): Promise<void> {
  const [port] = model.built.inputs;
  const [result] = model.built.outputs;
  const table = normalizationTable(image, input.normalize);
  const plan = planTiles(image.height, image.width, input);
  const tiles = tilesOf(plan);
  const blender = new TileBlender(plan, 3, workspace);
  const memory = workspace.take(Float32Array, 3 * plan.rows[0]!.length * plan.columns[0]!.length); // of each tile
  for (const [i, tile] of tiles.entries()) {
    await step(i / tiles.length);
    const dims = [1, 3, tile.rows.length, tile.columns.length];
    const data = tileInput(image, table, tile, memory);
    const maps = await model.session.run({ [port!.name]: { type: 'float32', dims, data } }, { signal });
    const rows = blender.add(tile, maps[result!.name]!.data as Float32Array);
    if (rows) builder.addRows(rows.first, rows.count, rows.maps, plan.width, rows.plane);
  }
}

async function encode(job: JobSpec, image: Raster, instances: LabelImage, classes: Regions['classes'], builder: InstanceBuilder): Promise<PipelineOutput[]> {
  const name = basename(job.input);
  const measured = measureInstances(image, instances);
  const colors = instanceColors(instances);
  const regions = () => {
    const probabilities = builder.meanProbabilities(instances);
    return measured.map((instance, i) => ({ ...instance, class: 0, probability: probabilities[i]! }));
  };
  const outputs: PipelineOutput[] = [];
  for (const format of job.formats) {
    if (format === 'regions') outputs.push({ format, bytes: encodeRegions({ ...instances, classes, regions: regions() }) });
    if (format === 'labels') outputs.push({ format, bytes: labelPng(instances, colors, deflate) });
    if (format === 'overlay') outputs.push({ format, bytes: await overlayPng(image, instances, colors) });
    if (format === 'coco') outputs.push({ format, bytes: cocoJson(name, instances, measured, [classes[0]!.name]) });
    if (format === 'csv') outputs.push({ format, bytes: instancesCsv(name, measured) });
  }
  return outputs;
}
