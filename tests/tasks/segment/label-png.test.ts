import { decode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { instanceColors } from '../../../models/tasks/segment/colors';
import { labelPng } from '../../../models/tasks/segment/label-png';
import type { LabelImage } from '../../../models/tasks/segment/raster';

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
