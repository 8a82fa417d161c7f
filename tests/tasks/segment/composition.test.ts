import { describe, expect, it } from 'vitest';
import { cutoutPixels, overlayPixels, PLAIN_SHADES } from '../../../models/tasks/segment/composition';
import type { Color } from '../../../models/tasks/segment/colors';
import type { LabelImage } from '../../../models/tasks/segment/raster';

const image: LabelImage = { width: 4, height: 1, count: 2, labels: Int32Array.from([1, 0, 2, 2]) };
const rgba = { channels: 4 as const, data: Uint8ClampedArray.from([10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 0, 100, 110, 120, 255]) };
const colors: (Color | null)[] = [[0, 0, 0], [250, 0, 0], null];

describe('cutoutPixels', () => {
  it('keeps what shows, opaque, and nothing else', () => {
    expect([...cutoutPixels(rgba, PLAIN_SHADES, image, colors)]).toEqual([10, 20, 30, 255, ...new Array<number>(12).fill(0)]);
  });
  it('spreads grey over three channels', () => {
    const grey = { channels: 1 as const, data: Uint8Array.from([1, 2, 3, 4]) };
    expect([...cutoutPixels(grey, PLAIN_SHADES, image, [[0, 0, 0], null, [1, 1, 1]])].slice(8)).toEqual([3, 3, 3, 255, 4, 4, 4, 255]);
  });
});

describe('overlayPixels', () => {
  it('leaves hidden instances and the outside as they are', () => {
    expect([...overlayPixels(rgba, PLAIN_SHADES, image, colors, { fill: 0.5, outline: 1 })]).toEqual([250, 0, 0, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
  });
  it('fills what is no rim', () => {
    const whole: LabelImage = { ...image, labels: new Int32Array(4).fill(1) };
    expect([...overlayPixels(rgba, PLAIN_SHADES, whole, colors, { fill: 0.5, outline: 1 })].slice(0, 3)).toEqual([130, 10, 15]);
  });
});
