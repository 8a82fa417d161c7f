import { describe, expect, it } from 'vitest';
import { cocoJson } from '../../../models/tasks/segment/coco';
import { measureInstances, type Box } from '../../../models/tasks/segment/measure';
import type { LabelImage, Raster } from '../../../models/tasks/segment/raster';
import { compressRuns, runLengths } from '../../../models/tasks/segment/rle';

function paint(width: number, height: number, inside: (x: number, y: number) => boolean): { image: LabelImage; box: Box } {
  const labels = Int32Array.from({ length: width * height }, (_, i) => (inside(i % width, Math.floor(i / width)) ? 1 : 0));
  const image = { width, height, labels, count: 1 };
  const picture: Raster = { width, height, channels: 1, bitDepth: 8, data: new Uint8Array(width * height) };
  return { image, box: measureInstances(picture, image)[0]!.box };
}

const radius = (x: number, y: number) => (x - 20) ** 2 + (y - 15) ** 2;

/** `counts` and `toBbox` as pycocotools 2.0 writes them for the same masks. */
const PYCOCOTOOLS: [string, number, number, (x: number, y: number) => boolean, string, number[]][] = [
  ['a disc', 53, 37, (x, y) => radius(x, y) < 100, 'R=9k02M4N0O2N2O0000000000000001N2N102L3NYj0', [11, 6, 19, 19]],
  [
    'a ring', 53, 37, (x, y) => radius(x, y) < 100 && radius(x, y) >= 25,
    'R=9k02M4N0O2NFB0=OE0;OG090G090G090G090G091E0;1C0>:2N102L3NYj0', [11, 6, 19, 19],
  ],
  ['the last corner', 53, 37, (x, y) => x >= 50 && y >= 30, 'hj17n0000', [50, 30, 3, 7]],
  ['everything', 53, 37, () => true, '0Ym1', [0, 0, 53, 37]],
  ['the last column', 53, 37, (x) => x === 52, 'Tl1U1', [52, 0, 1, 37]],
];

describe('run lengths', () => {
  it.each(PYCOCOTOOLS)('of %s are those of pycocotools', (_name, width, height, inside, counts, bbox) => {
    const { image, box } = paint(width, height, inside);
    expect(compressRuns(runLengths(image, 1, box))).toBe(counts);
    expect([box.x, box.y, box.width, box.height]).toEqual(bbox);
  });

  it('of a chessboard are ones, of differences zero', () => {
    const { image, box } = paint(53, 37, (x, y) => (x + y) % 2 === 0);
    expect(compressRuns(runLengths(image, 1, box))).toBe(`011${'0'.repeat(53 * 37 - 2)}`);
  });

  it('cover the image', () => {
    const { image, box } = paint(700, 600, (x, y) => (x - 350) ** 2 + (y - 300) ** 2 < 200 ** 2);
    const runs = runLengths(image, 1, box);
    expect(runs.reduce((sum, run) => sum + run, 0)).toBe(700 * 600);
    expect(runs.filter((_, i) => i % 2 === 1).reduce((sum, run) => sum + run, 0)).toBe(125_609); // pycocotools' area
    expect(compressRuns(runs)).toMatch(/^Qhh2W1Xa0b0A<E:F:G8H8I6I8I6.*J7H8H9F:F;D\?\^OPdg2$/);
  });
});

it('cocoJson describes the image, the category and each instance', () => {
  const { image } = paint(53, 37, (x, y) => radius(x, y) < 100);
  const picture: Raster = { width: 53, height: 37, channels: 1, bitDepth: 8, data: new Uint8Array(53 * 37) };
  expect(JSON.parse(cocoJson('细胞 "1".png', image, measureInstances(picture, image), ['nucleus']))).toEqual({
    images: [{ id: 1, file_name: '细胞 "1".png', width: 53, height: 37 }],
    categories: [{ id: 1, name: 'nucleus' }],
    annotations: [
      {
        id: 1, image_id: 1, category_id: 1, iscrowd: 0, area: 305, bbox: [11, 6, 19, 19],
        segmentation: { size: [37, 53], counts: 'R=9k02M4N0O2N2O0000000000000001N2N102L3NYj0' },
      },
    ],
  });
});
