import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { LoadedModel, ModelSession, PipelineContext } from '../../main/inference/worker/pipeline/context';
import { segmentImage } from '../../main/inference/worker/pipeline/segment';
import { parseCard } from '../../models/cards/card';
import { jobFor } from '../support/jobs';
import { temporaryFolders } from '../support/temporary-folder';

const folder = temporaryFolders();

const CARD = parseCard({
  id: 'bright', name: 'Bright', version: '1.0.0', task: 'segment', architecture: 'mamba-unet', licence: 'CC0-1.0', summary: 'What is bright.',
  image: { normalize: { kind: 'percentile', low: 1, high: 99.8, mean: 0.5, std: 0.25 }, multipleOf: 16, tile: 128, overlap: 32 },
  segment: { classes: [{ name: 'disc', color: '#ffffff' }], maps: ['foreground', 'distance', 'boundary'], foreground: 0.5, seed: 0.8, depth: 0.1, rim: 0.1, minArea: 10, sure: 0.5 },
  training: { data: 'none', licence: 'CC0-1.0', command: 'none' }, figures: [], limits: [],
});

/** Finds bright pixels: the maps are plain functions of the first channel, which runs from -2 to 2. */
function brightness(calls: number[][], during?: () => void): ModelSession {
  return {
    async run(feeds, options) {
      during?.();
      options?.signal?.throwIfAborted();
      const { dims, data } = feeds.image!;
      calls.push(dims);
      const light = (data as Float32Array).subarray(0, dims[2]! * dims[3]!);
      const maps = Float32Array.from([...light, ...light.map((value) => (value + 2) / 4), ...light.map(() => -9)]);
      return { maps: { type: 'float32', dims, data: maps } };
    },
    dispose: () => undefined,
  };
}

function start(session: ModelSession, signal = new AbortController().signal) {
  const stages: [string, number][] = [];
  const built = { inputs: [{ name: 'image', dims: [] }], outputs: [{ name: 'maps', dims: [] }], states: [], unused: [] };
  const model: LoadedModel = { card: CARD, built, session, device: 'native' };
  const context: PipelineContext = { model: async () => model, progress: (stage, fraction) => stages.push([stage, fraction]), signal };
  return { context, stages };
}

/** Cones of light, one every 50 pixels, as a 16-bit grey PNG. */
function cones(width: number, height: number): string {
  const data = Uint16Array.from({ length: width * height }, (_, i) => {
    const distance = Math.hypot((i % width % 50) - 25, (Math.floor(i / width) % 50) - 25);
    return Math.round(300 + 4000 * Math.max(0, 1 - distance / 20));
  });
  const file = path.join(folder(), 'Клетки 1, "а".png');
  writeFileSync(file, encode({ width, height, channels: 1, depth: 16, data }));
  return file;
}

describe('segmentImage', () => {
  it('gives every format, from a picture in tiles', async () => {
    const calls: number[][] = [];
    const { context, stages } = start(brightness(calls));
    const { outputs, summary } = await segmentImage(context, jobFor(cones(300, 200), { formats: ['labels', 'overlay', 'coco', 'csv'] }));
    expect(summary).toEqual({ task: 'segment', width: 300, height: 200, instances: 24 });
    expect(calls.length).toBeGreaterThan(4);
    expect(calls.every(([batch, channels, height, width]) => batch === 1 && channels === 3 && height! <= 128 && width! <= 128)).toBe(true);

    const [labels, overlay, coco, csv] = outputs.map(({ bytes }) => bytes);
    expect(outputs.map(({ format }) => format)).toEqual(['labels', 'overlay', 'coco', 'csv']);
    const map = decode(labels as Uint8Array);
    expect([map.width, map.height, Math.max(...map.data)]).toEqual([300, 200, 24]);
    expect(await sharp(overlay as Uint8Array).metadata()).toMatchObject({ width: 300, height: 200, channels: 3 });
    const { annotations, images, categories } = JSON.parse(coco as string);
    expect([annotations.length, images[0].file_name, categories[0].name]).toEqual([24, 'Клетки 1, "а".png', 'disc']);
    const rows = (csv as string).trimEnd().split('\n');
    expect(rows).toHaveLength(25);
    const [first] = annotations;
    expect(rows[1]).toMatch(new RegExp(`^"Клетки 1, ""а"".png",1,${first.area},25\\.00,25\\.00,${first.bbox.join(',')},[\\d.]+$`));
    expect(Number(rows[1]!.split(',').at(-1))).toBeGreaterThan(2300); // on the file's scale, not the network's

    const fractions = stages.map(([, fraction]) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect([fractions[0], fractions.at(-1)]).toEqual([0, 1]);
    expect(stages.filter(([stage]) => stage === 'segment')).toHaveLength(calls.length);
  });

  it.each([[1, 1], [30_000, 10]])('takes a picture of %i x %i pixels', async (width, height) => {
    const { context } = start(brightness([]));
    const { outputs, summary } = await segmentImage(context, jobFor(cones(width, height)));
    expect(summary).toMatchObject({ width, height });
    const map = decode(outputs[0]!.bytes as Uint8Array);
    expect([map.width, map.height]).toEqual([width, height]);
  });

  it('stops between tiles when it is cancelled', async () => {
    const cancel = new AbortController();
    const calls: number[][] = [];
    const session = brightness(calls, () => {
      if (calls.length === 2) cancel.abort();
    });
    const { context } = start(session, cancel.signal);
    await expect(segmentImage(context, jobFor(cones(300, 200)))).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(calls).toHaveLength(2);
  });

  it('says which file is missing', async () => {
    const { context } = start(brightness([]));
    await expect(segmentImage(context, jobFor('/nowhere/cell.png'))).rejects.toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  });
});
