import { setImmediate } from 'node:timers/promises';
import type { Raster } from '../../../../models/tasks/segment/raster';
import { TileBlender } from '../../../../models/tasks/segment/tile-blender';
import { tileInput } from '../../../../models/tasks/segment/tile-input';
import { planTiles, tilesOf } from '../../../../models/tasks/segment/tiles';
import { emptyCanvas, paintRows, scalePlan, unitTable } from '../../../../models/tasks/upscale/canvas';
import { AppError } from '../../../contract/errors';
import type { JobSpec } from '../../../contract/job';
import { readImage } from '../media/inputs';
import { rasterPng } from '../sinks/raster-png';
import type { LoadedModel, PipelineContext, PipelineResult } from './context';

/** Of the result: with its PNG about 2 GB of memory. */
const PIXEL_LIMIT = 2 ** 28;

/** Picture in, the same picture with longer sides out, as a PNG of its channels and depth. */
export async function upscaleImage(context: PipelineContext, job: JobSpec): Promise<PipelineResult> {
  const stage = async (name: string, fraction: number) => {
    context.progress(name, fraction);
    await setImmediate(); // lets a cancellation in
    context.signal.throwIfAborted();
  };
  await stage('decode', 0);
  const image = await readImage(job.input);
  await stage('load model', 0.05);
  const canvas = await runTiles(await context.model(), image, context.signal, (done) => stage('upscale', 0.1 + 0.8 * done));
  await stage('encode', 0.9);
  const bytes = await rasterPng(canvas);
  return { outputs: job.formats.map((format) => ({ format, bytes })), summary: { task: 'upscale', width: canvas.width, height: canvas.height } };
}

async function runTiles({ card, built, session }: LoadedModel, image: Raster, signal: AbortSignal, step: (done: number) => Promise<void>): Promise<Raster> {
  if (!card.upscale) throw new AppError('WRONG_TASK', `a model that upscales pictures was expected, "${card.id}" does not`, 'Choose another model.');
  const { factor, tile, overlap } = card.upscale;
  if (image.width * image.height * factor ** 2 > PIXEL_LIMIT) {
    const most = Math.floor(PIXEL_LIMIT / factor ** 2 / 1e6);
    throw new AppError('TOO_LARGE', `at most ${most} megapixels were expected, ${image.width} x ${image.height} came`, 'Cut the picture into parts.');
  }
  const plan = planTiles(image.height, image.width, { tile, overlap, multipleOf: 1 });
  const large = scalePlan(plan, factor);
  const largeTiles = tilesOf(large);
  const blender = new TileBlender(large, 3);
  const canvas = emptyCanvas(image, factor);
  const table = unitTable(image.bitDepth);
  for (const [i, part] of tilesOf(plan).entries()) {
    await step(i / largeTiles.length);
    const dims = [1, 3, part.rows.length, part.columns.length];
    const answer = await session.run({ [built.inputs[0]!.name]: { type: 'float32', dims, data: tileInput(image, table, part) } }, { signal });
    const rows = blender.add(largeTiles[i]!, answer[built.outputs[0]!.name]!.data as Float32Array);
    if (rows) paintRows(canvas, rows, large.width);
  }
  return canvas;
}
