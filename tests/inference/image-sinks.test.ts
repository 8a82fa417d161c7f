import { decode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { labelPng } from '../../main/inference/worker/sinks/label-png';
import { overlayPng } from '../../main/inference/worker/sinks/overlay-png';
import { instanceColors, type Color } from '../../models/tasks/segment/colors';
import type { LabelImage, Raster } from '../../models/tasks/segment/raster';

/** One instance a pixel, `count` of them, then one pixel outside. */
function row(count: number): LabelImage {
  return { width: count + 1, height: 1, count, labels: Int32Array.from({ length: count + 1 }, (_, i) => (i + 1) % (count + 1)) };
}

describe('labelPng', () => {
  it.each([0, 1, 255])('holds %i instances as indices of a palette', (count) => {
    const colors = instanceColors(row(count));
    const png = decode(labelPng(row(count), colors));
    expect(png).toMatchObject({ width: count + 1, height: 1, depth: 8, channels: 1 });
    expect(Int32Array.from(png.data)).toEqual(row(count).labels);
    expect(png.palette).toEqual(colors);
  });

  it.each([256, 65_535])('holds %i instances as 16-bit grey', async (count) => {
    const bytes = labelPng(row(count), instanceColors(row(count)));
    expect(Int32Array.from(decode(bytes).data)).toEqual(row(count).labels);
    expect(await sharp(bytes).metadata()).toMatchObject({ depth: 'ushort', channels: 1 });
  });

  it('refuses more instances than 16 bits can number', () => {
    expect(() => labelPng(row(65_536), [])).toThrow(expect.objectContaining({ code: 'TOO_LARGE', hint: expect.stringContaining('coco') }));
  });
});

describe('overlayPng', () => {
  const colors: Color[] = [[0, 0, 0], [255, 0, 0]];
  // a 5 x 5 instance in the corner of a 8 x 8 picture
  const labels = Int32Array.from({ length: 64 }, (_, i) => (i % 8 >= 3 && i >= 24 ? 1 : 0));
  const instances: LabelImage = { width: 8, height: 8, count: 1, labels };
  const draw = async (image: Raster) => {
    const { data, info } = await sharp(await overlayPng(image, instances, colors)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([8, 8, 3]);
    return (x: number, y: number) => [...data.subarray(3 * (8 * y + x), 3 * (8 * y + x) + 3)];
  };

  it('tints the inside, outlines the rim and leaves the rest', async () => {
    const at = await draw({ width: 8, height: 8, channels: 3, bitDepth: 8, data: Uint8Array.from({ length: 192 }, (_, i) => (i < 6 ? 255 * Math.floor(i / 3) : 100)) });
    expect([at(0, 0), at(1, 0)]).toEqual([[0, 0, 0], [255, 255, 255]]);
    expect(at(2, 5)).toEqual([100, 100, 100]);
    const [rim, inside] = [at(3, 5), at(5, 5)];
    expect(rim[0]).toBeGreaterThan(240);
    expect(rim[1]).toBeLessThan(10);
    expect(inside[0]).toBeGreaterThan(120);
    expect(inside[1]).toBeGreaterThan(40);
    expect(at(7, 7)).toEqual(inside); // the picture's border is no rim
  });

  it.each([8, 16] as const)('stretches the used part of a dark %i-bit picture', async (bitDepth) => {
    const [dark, light] = bitDepth === 8 ? [10, 30] : [1000, 3000];
    const samples = Array.from({ length: 64 }, (_, i) => (i % 8 === 0 ? dark : light));
    const at = await draw({ width: 8, height: 8, channels: 1, bitDepth, data: bitDepth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples) });
    expect([at(0, 0), at(1, 0)]).toEqual([[0, 0, 0], [255, 255, 255]]);
  });
});
