import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { overlayPng } from '../../main/inference/worker/sinks/overlay-png';
import type { Color } from '../../models/tasks/segment/colors';
import type { LabelImage, Raster } from '../../models/tasks/segment/raster';

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

  it.each([8, 16] as const)('leaves a %i-bit picture of one shade as light as it is', async (bitDepth) => {
    const light = bitDepth === 8 ? 200 : 200 * 257;
    const samples = new Array<number>(64).fill(light);
    const at = await draw({ width: 8, height: 8, channels: 1, bitDepth, data: bitDepth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples) });
    expect(at(1, 0)).toEqual([200, 200, 200]);
  });
});
