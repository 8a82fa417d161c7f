import { describe, expect, it } from 'vitest';
import { instancesFromMaps, InstanceBuilder } from '../../../models/tasks/segment/instances';
import type { Raster } from '../../../models/tasks/segment/raster';
import { TileBlender } from '../../../models/tasks/segment/tile-blender';
import { reflect, tileInput } from '../../../models/tasks/segment/tile-input';
import { planTiles, spanWeight, tilesOf, type Span, type TileLimits } from '../../../models/tasks/segment/tiles';
import { usedWorkspace } from '../../support/used-workspace';

const LIMITS: TileLimits = { tile: 96, overlap: 32, multipleOf: 16 };
const WHOLE: TileLimits = { ...LIMITS, tile: 4096 };
const IDENTITY = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** Grey discs on a lattice, one of radius 12 every 40 pixels, so that seams cut some. */
function discs(height: number, width: number): Raster {
  const data = new Uint8Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const distance = Math.hypot((y % 40) - 20, (x % 40) - 20);
      data[i] = Math.max(0, Math.round(255 * (1 - distance / 13)));
    }
  }
  return { width, height, channels: 1, bitDepth: 8, data };
}

/** A network that sees RADIUS pixels far: three maps, each a plain function of the mean over a (2 RADIUS + 1)^2 window, zeros outside. */
const RADIUS = 3;
function network(input: Float32Array, height: number, width: number): Float32Array {
  const plane = height * width;
  const maps = new Float32Array(3 * plane);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let v = Math.max(0, y - RADIUS); v <= Math.min(height - 1, y + RADIUS); v++) {
        for (let u = Math.max(0, x - RADIUS); u <= Math.min(width - 1, x + RADIUS); u++) sum += input[v * width + u]!;
      }
      const mean = sum / (2 * RADIUS + 1) ** 2;
      maps[y * width + x] = 20 * (mean - 0.2);
      maps[plane + y * width + x] = mean;
      maps[2 * plane + y * width + x] = -mean;
    }
  }
  return maps;
}

/** All maps of an image [3, height of the plan, width of the plan], run in tiles. */
function run(image: Raster, limits: TileLimits) {
  const plan = planTiles(image.height, image.width, limits);
  const blender = new TileBlender(plan, 3, usedWorkspace(12 * plan.height * plan.width));
  const maps = new Float32Array(3 * plan.height * plan.width);
  let rows = 0;
  for (const tile of tilesOf(plan)) {
    const { rows: down, columns: across } = tile;
    const done = blender.add(tile, network(tileInput(image, IDENTITY, tile), down.length, across.length));
    if (!done) continue;
    expect(done.first).toBe(rows);
    rows += done.count;
    for (let map = 0; map < 3; map++) {
      const from = map * done.plane;
      maps.set(done.maps.subarray(from, from + done.count * plan.width), (map * plan.height + done.first) * plan.width);
    }
  }
  expect(rows).toBe(plan.height);
  return { plan, maps };
}

function maxDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);
}

describe('planTiles', () => {
  const covers = (spans: Span[], size: number) =>
    Array.from({ length: size }, (_, at) => spans.reduce((sum, span) => sum + spanWeight(span, at), 0)).every((sum) => Math.abs(sum - 1) < 1e-12);

  it.each([1, 15, 16, 96, 97, 100, 160, 161, 511, 30_000])('covers %i pixels with weights that sum to one', (size) => {
    const { rows, height } = planTiles(size, 10, LIMITS);
    expect(height).toBe(Math.ceil(size / 16) * 16);
    expect(covers(rows, height)).toBe(true);
    for (const { start, length } of rows) {
      expect([start % 16, length % 16, length <= 96, start + length <= height]).toEqual([0, 0, true, true]);
    }
    expect(rows.at(-1)!.start + rows.at(-1)!.length).toBe(height);
    rows.slice(1).forEach((span, i) => expect(rows[i]!.start + rows[i]!.length - span.start).toBeGreaterThanOrEqual(32));
  });

  it('leaves a picture within the limit whole', () => {
    expect(tilesOf(planTiles(90, 96, LIMITS))).toHaveLength(1);
  });

  it('does not run nearly the whole picture twice when it is a little above the limit', () => {
    expect(planTiles(16, 1040, { tile: 1024, overlap: 128, multipleOf: 16 }).columns.map((span) => span.length)).toEqual([592, 592]);
  });

  it('refuses tiles that are mostly overlap', () => {
    expect(() => planTiles(100, 100, { tile: 64, overlap: 32, multipleOf: 16 })).toThrow(expect.objectContaining({ code: 'BAD_CARD' }));
  });
});

describe('tileInput', () => {
  it('reflects without repeating the edge, as often as it takes', () => {
    expect(Array.from({ length: 9 }, (_, i) => reflect(i, 3))).toEqual([0, 1, 2, 1, 0, 1, 2, 1, 0]);
    expect(Array.from({ length: 3 }, (_, i) => reflect(i, 1))).toEqual([0, 0, 0]);
  });

  it('fills a whole tile from one pixel', () => {
    const image: Raster = { width: 1, height: 1, channels: 3, bitDepth: 8, data: Uint8Array.from([255, 0, 51]) };
    const [tile] = tilesOf(planTiles(1, 1, LIMITS));
    const input = tileInput(image, IDENTITY, tile!);
    expect(input).toHaveLength(3 * 16 * 16);
    expect([input[0], input[255], input[256], input[511], input[512], input[767]]).toEqual([1, 1, 0, 0, Math.fround(0.2), Math.fround(0.2)]);
  });

  it.each([1, 3] as const)('gives each of %i channels its plane, also of a tile inside of the picture and beyond its edges', (channels) => {
    const [width, height] = [7, 5];
    const image: Raster = { width, height, channels, bitDepth: 16, data: Uint16Array.from({ length: width * height * channels }, (_, i) => 100 * i + 1) };
    const table = Float32Array.from({ length: 65_536 }, (_, value) => value / 2);
    const span = (start: number, length: number): Span => ({ start, length, from: start, full: start, fade: start + length, to: start + length });
    const [rows, columns] = [span(2, 6), span(4, 8)];
    const input = tileInput(image, table, { rows, columns });
    for (let channel = 0, i = 0; channel < 3; channel++) {
      for (let y = 2; y < 8; y++) {
        for (let x = 4; x < 12; x++, i++) expect(input[i]).toBe(image.data[(reflect(y, height) * width + reflect(x, width)) * channels + (channels === 1 ? 0 : channel)]! / 2);
      }
    }
  });
});

describe('a picture in tiles', () => {
  it.each([[200, 180], [97, 301], [10, 700], [500, 40]])('gives the maps of the whole picture (%i x %i)', (height, width) => {
    const image = discs(height, width);
    const tiled = run(image, LIMITS);
    expect(tiled.plan.rows.length * tiled.plan.columns.length).toBeGreaterThan(1);
    expect(maxDifference(tiled.maps, run(image, WHOLE).maps)).toBeLessThan(1e-6); // weights round to float32
  });

  it('keeps an instance on a seam one', () => {
    const image = discs(240, 240);
    const parameters = { foreground: 0.5, seed: 0.3, depth: 0.1, rim: 0.1, minArea: 5, sure: 0.5 };
    const { maps, plan } = run(image, LIMITS);
    const found = instancesFromMaps(maps, plan.height, plan.width, parameters);
    expect(found.count).toBe(36);
    const whole = run(image, WHOLE);
    expect(found.labels).toEqual(instancesFromMaps(whole.maps, whole.plan.height, whole.plan.width, parameters).labels);
  });

  it('cuts the continuation off again', () => {
    const image = discs(100, 90);
    const { maps, plan } = run(image, WHOLE);
    const builder = new InstanceBuilder(100, 90, { foreground: 0.5, seed: 0.3, depth: 0.1, rim: 0.1, minArea: 5, sure: 0.5 });
    builder.addRows(0, plan.height, maps, plan.width);
    const { labels, width, height } = builder.finish();
    expect([width, height, labels.length]).toEqual([90, 100, 9000]);
    expect(labels[20 * 90 + 60]).toBe(2);
  });
});
