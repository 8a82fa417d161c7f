import { describe, expect, it } from 'vitest';
import { instanceColors } from '../../../models/tasks/segment/colors';
import { instancesCsv } from '../../../models/tasks/segment/instances-csv';
import { measureInstances } from '../../../models/tasks/segment/measure';
import type { LabelImage, Raster } from '../../../models/tasks/segment/raster';

const LABELS: LabelImage = {
  width: 4,
  height: 3,
  count: 2,
  // prettier-ignore
  labels: Int32Array.from([
    0, 1, 1, 0,
    0, 1, 0, 2,
    0, 0, 2, 2,
  ]),
};
const GREY: Raster = { width: 4, height: 3, channels: 1, bitDepth: 16, data: Uint16Array.from([0, 100, 200, 0, 0, 600, 0, 1000, 0, 0, 40_000, 65_535]) };

describe('measureInstances', () => {
  it('gives area, centroid, box and mean intensity on the scale of the file', () => {
    expect(measureInstances(GREY, LABELS)).toEqual([
      { label: 1, area: 3, centroid: { x: 4 / 3, y: 1 / 3 }, box: { x: 1, y: 0, width: 2, height: 2 }, meanIntensity: 300 },
      { label: 2, area: 3, centroid: { x: 8 / 3, y: 5 / 3 }, box: { x: 2, y: 1, width: 2, height: 2 }, meanIntensity: 106_535 / 3 },
    ]);
  });

  it('takes the luma of colours', () => {
    const colour: Raster = { width: 1, height: 1, channels: 3, bitDepth: 8, data: Uint8Array.of(200, 100, 50) };
    const [only] = measureInstances(colour, { width: 1, height: 1, count: 1, labels: Int32Array.of(1) });
    expect(only!.meanIntensity).toBeCloseTo(0.299 * 200 + 0.587 * 100 + 0.114 * 50, 9);
  });
});

describe('instancesCsv', () => {
  it('has a header and one row an instance', () => {
    expect(instancesCsv('cell.png', measureInstances(GREY, LABELS)).split('\n')).toEqual([
      'image,instance,area_px,centroid_x,centroid_y,box_x,box_y,box_width,box_height,mean_intensity',
      'cell.png,1,3,1.33,0.33,1,0,2,2,300.00',
      'cell.png,2,3,2.67,1.67,2,1,2,2,35511.67',
      '',
    ]);
  });

  it.each([
    ['=cmd().png', "'=cmd().png"],
    ['+1.png', "'+1.png"],
    ['a,b.png', '"a,b.png"'],
    ['@"x".png', `"'@""x"".png"`],
    ['клетка 細胞 🧬.png', 'клетка 細胞 🧬.png'],
  ])('writes the name %s as %s', (name, cell) => {
    expect(instancesCsv(name, measureInstances(GREY, LABELS)).split('\n')[1]).toBe(`${cell},1,3,1.33,0.33,1,0,2,2,300.00`);
  });
});

describe('instanceColors', () => {
  it('tells instances near each other apart, and is stable', () => {
    const side = 60;
    const labels = Int32Array.from({ length: side * side }, (_, i) => 1 + Math.floor((i % side) / 6) + 10 * Math.floor(i / side / 6)); // a 10 x 10 chessboard
    const board: LabelImage = { width: side, height: side, count: 100, labels };
    const colors = instanceColors(board);
    expect(colors).toHaveLength(101);
    expect(colors[0]).toEqual([0, 0, 0]);
    for (let label = 1; label <= 100; label++) {
      if (label % 10 !== 0) expect(colors[label]).not.toEqual(colors[label + 1]);
      if (label <= 90) expect(colors[label]).not.toEqual(colors[label + 10]);
    }
    expect(instanceColors(board)).toEqual(colors);
  });
});
