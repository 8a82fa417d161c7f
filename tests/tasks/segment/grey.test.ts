import { describe, expect, it } from 'vitest';
import { greyIfEqual } from '../../../models/tasks/segment/grey';
import type { Raster } from '../../../models/tasks/segment/raster';

/** A picture in colour of the given greys, `width` x 1. */
function colour(greys: number[]): Raster {
  return { width: greys.length, height: 1, channels: 3, bitDepth: 8, data: Uint8Array.from(greys.flatMap((grey) => [grey, grey, grey])) };
}

describe('greyIfEqual', () => {
  it.each([1, 3, 4, 7, 8, 64])('takes the one channel of %i grey pixels in colour', (width) => {
    const greys = Array.from({ length: width }, (_, i) => 255 - ((i * 37) % 256));
    expect(greyIfEqual(colour(greys))).toEqual({ width, height: 1, channels: 1, bitDepth: 8, data: Uint8Array.from(greys) });
  });

  it('leaves a picture alone of which one sample differs, whichever', () => {
    const greys = [0, 255, 128, 127, 1, 254, 200];
    for (let i = 0; i < 3 * greys.length; i++) {
      const image = colour(greys);
      image.data[i]! ^= 1;
      expect(greyIfEqual(image)).toBe(image);
    }
  });

  it('leaves grey, 16 bits and memory alone that does not begin on a word', () => {
    const grey: Raster = { width: 1, height: 1, channels: 1, bitDepth: 8, data: Uint8Array.of(7) };
    const wide: Raster = { width: 1, height: 1, channels: 3, bitDepth: 16, data: Uint16Array.of(7, 7, 7) };
    const shifted: Raster = { ...colour([7]), data: new Uint8Array(4).subarray(1) };
    for (const image of [grey, wide, shifted]) expect(greyIfEqual(image)).toBe(image);
  });
});
