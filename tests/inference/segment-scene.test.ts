/** Scenes: the way from a picture to the class of each pixel, against independent PyTorch code, and every format of the result. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { LoadedModel, PipelineContext } from '../../main/inference/worker/pipeline/context';
import { segmentImage } from '../../main/inference/worker/pipeline/segment';
import { openPortableSession } from '../../main/inference/worker/sessions/portable';
import { buildModel } from '../../models/architectures';
import { parseCard, type ModelCard } from '../../models/cards/card';
import { recognize } from '../../models/checkpoints/recognize';
import { decodeRegions } from '../../models/tasks/segment/regions';
import { jobFor } from '../support/jobs';
import { seeded, seededWeights } from '../support/seeded';
import { temporaryFolders } from '../support/temporary-folder';
import type { Shapes } from '../support/weights';

interface Golden {
  weights: Shapes;
  height: number;
  width: number;
  scene: NonNullable<ModelCard['scene']>;
  window: { side: number; stride: number };
  whole: Answer;
  slide: Answer;
}
interface Answer {
  classes: string; // a digit a pixel
  probabilities: number[];
}

const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../golden/scene.json'), 'utf8')) as Golden;
const weights = seededWeights(golden.weights);
const folder = temporaryFolders();

/** Rounding decides where two classes score alike: at most this many of 3150 pixels. */
const TIES = 3;

async function contextOf(scene: Partial<Golden['scene']>): Promise<PipelineContext> {
  const card = parseCard({ ...recognize(weights, 'scene'), scene: { ...golden.scene, ...scene } });
  const { onnx, ...built } = buildModel(card, weights, 'portable');
  const model: LoadedModel = { card, built, session: await openPortableSession(onnx.toBytes(), 'cpu', { threads: 1 }), device: 'portable' };
  return { model: async () => model, progress: () => undefined, signal: new AbortController().signal };
}

function picture(): string {
  const { height, width } = golden;
  const file = path.join(folder(), 'street.png');
  writeFileSync(file, encode({ width, height, channels: 3, depth: 8, data: Uint8Array.from(seeded('picture', height * width * 3), (value) => Math.floor(256 * value)) }));
  return file;
}

describe.each(['whole', 'slide'] as const)('%s', (mode) => {
  it('gives the classes and certainties that the reference gives, in all formats alike', async () => {
    const context = await contextOf(mode === 'slide' ? { window: golden.window } : {});
    const { outputs, summary } = await segmentImage(context, jobFor(picture(), { formats: ['regions', 'labels', 'overlay', 'coco', 'csv'] }));
    const [regionsFile, labels, overlay, coco, csv] = outputs.map(({ bytes }) => bytes);
    const expected = [...golden[mode].classes].map(Number);
    const map = decode(labels as Uint8Array);
    expect([map.width, map.height]).toEqual([golden.width, golden.height]);
    expect([...map.data].filter((value, i) => value !== expected[i]! + 1).length).toBeLessThanOrEqual(TIES);

    const regions = decodeRegions(Uint8Array.from(regionsFile as Uint8Array).buffer);
    expect(regions.classes.map(({ name }) => name)).toEqual(['class 1', 'class 2', 'class 3', 'class 4', 'class 5']);
    expect(regions.labels.every((label, i) => regions.regions[label - 1]!.class + 1 === map.data[i])).toBe(true);
    for (const region of regions.regions) {
      expect(region.area).toBe([...map.data].filter((value) => value === region.class + 1).length);
      // interpolated sums of exponentials are a little above the sum of interpolated ones
      expect(Math.abs(region.probability - golden[mode].probabilities[region.class]!)).toBeLessThan(0.05);
    }
    expect(summary).toEqual({ task: 'segment', width: golden.width, height: golden.height, instances: regions.count, scene: true });

    const { annotations, categories } = JSON.parse(coco as string) as { annotations: { category_id: number; area: number }[]; categories: object[] };
    expect(categories).toHaveLength(5);
    expect(annotations.map(({ category_id, area }) => [category_id, area])).toEqual(regions.regions.map(({ class: index, area }) => [index + 1, area]));
    const rows = (csv as string).trimEnd().split('\n').slice(1).map((row) => row.split(','));
    expect(rows.map((row) => [row.at(-2), Number(row[2])])).toEqual(regions.regions.map(({ class: index, area }) => [`class ${index + 1}`, area]));
    expect(decode(overlay as Uint8Array)).toMatchObject({ width: golden.width, height: golden.height, channels: 3 });
  });
});
