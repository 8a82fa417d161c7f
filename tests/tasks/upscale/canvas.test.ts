/** Tiles through a stand-in for the model that repeats each pixel: the picture must come back, only larger. */
import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../models/tasks/segment/raster';
import { TileBlender } from '../../../models/tasks/segment/tile-blender';
import { tileInput } from '../../../models/tasks/segment/tile-input';
import { planTiles, tilesOf } from '../../../models/tasks/segment/tiles';
import { emptyCanvas, paintRows, scalePlan, unitTable } from '../../../models/tasks/upscale/canvas';
import { Random } from '../../support/random';

const FACTOR = 3;

function enlarge(image: Raster, tile: number, overlap: number): Raster {
  const plan = planTiles(image.height, image.width, { tile, overlap, multipleOf: 1 });
  const large = scalePlan(plan, FACTOR);
  const [blender, canvas, largeTiles] = [new TileBlender(large, 3), emptyCanvas(image, FACTOR), tilesOf(large)];
  tilesOf(plan).forEach((part, i) => {
    const rows = blender.add(largeTiles[i]!, repeated(tileInput(image, unitTable(image.bitDepth), part), part.rows.length, part.columns.length));
    if (rows) paintRows(canvas, rows, large.width);
  });
  return canvas;
}

/** [3, height, width] -> [3, 3 height, 3 width] */
function repeated(maps: Float32Array, height: number, width: number): Float32Array {
  const result = new Float32Array(maps.length * FACTOR ** 2);
  for (let i = 0; i < result.length; i++) {
    const x = i % (FACTOR * width);
    const row = Math.floor(i / (FACTOR * width));
    const channel = Math.floor(row / (FACTOR * height));
    const y = row % (FACTOR * height);
    result[i] = maps[(channel * height + Math.floor(y / FACTOR)) * width + Math.floor(x / FACTOR)]!;
  }
  return result;
}

const pictures: [string, Pick<Raster, 'channels' | 'bitDepth'>][] = [
  ['colours of 8 bits', { channels: 3, bitDepth: 8 }],
  ['colours of 16 bits', { channels: 3, bitDepth: 16 }],
  ['grey of 8 bits', { channels: 1, bitDepth: 8 }],
  ['grey of 16 bits', { channels: 1, bitDepth: 16 }],
];

describe.each(pictures)('%s', (_, { channels, bitDepth }) => {
  it.each([[1, 1], [16, 5], [23, 31], [50, 16]])('%i x %i pixels come back, each as a square', (width, height) => {
    const random = new Random(9);
    const samples = Array.from({ length: width * height * channels }, () => random.below(2 ** bitDepth));
    const image: Raster = { width, height, channels, bitDepth, data: bitDepth === 16 ? Uint16Array.from(samples) : Uint8Array.from(samples) };
    const large = enlarge(image, 18, 6);
    expect({ width: large.width, height: large.height }).toEqual({ width: width * FACTOR, height: height * FACTOR });
    for (let i = 0; i < large.data.length; i++) {
      const pixel = Math.floor(i / channels);
      const [x, y] = [Math.floor((pixel % large.width) / FACTOR), Math.floor(pixel / large.width / FACTOR)];
      expect(large.data[i]).toBe(image.data[(y * width + x) * channels + (i % channels)]);
    }
  });
});

it('clips what leaves the range', () => {
  const canvas = emptyCanvas({ width: 1, height: 1, channels: 3, bitDepth: 8, data: new Uint8Array(3) }, 1);
  paintRows(canvas, { first: 0, count: 1, plane: 1, maps: Float32Array.of(-0.2, 0.5, 1.3) }, 1);
  expect([...canvas.data]).toEqual([0, 128, 255]);
});
