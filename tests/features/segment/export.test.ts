import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { composeExport, type ExportInput } from '../../../renderer/features/segment/export/compose';

const region = (label: number, classIndex: number) => ({ label, class: classIndex, probability: 1, area: 1, centroid: { x: 0, y: 0 }, box: { x: 0, y: 0, width: 1, height: 1 }, meanIntensity: 0 });
const classes = [{ name: 'wall', color: '#010203' }, { name: 'sky', color: '#040506' }, { name: 'tree', color: '#070809' }];
const input = (semantic: boolean): ExportInput => ({
  file: 'x.png', fill: 0.5, outlines: false, micrometresPerPixel: null, colors: [null, [9, 9, 9], [8, 8, 8]],
  regions: { width: 4, height: 1, count: 2, labels: Int32Array.of(0, 1, 2, 2), classes, regions: [region(1, 0), region(2, 2)], semantic },
});
const encoder = { picture: () => Promise.reject(new Error('no picture')), png: () => Promise.reject(new Error('no picture')) };

it.each([
  ['of instances hold their numbers', false, [0, 1, 2, 2], [[0, 0, 0], [9, 9, 9], [8, 8, 8]]],
  ['of scenes hold 1 + the class, as the command line writes them', true, [0, 1, 3, 3], [[0, 0, 0], [1, 2, 3], [4, 5, 6], [7, 8, 9]]],
])('label maps %s', async (_, semantic, labels, palette) => {
  const png = decode(await composeExport(input(semantic), 'labels', encoder));
  expect([...png.data]).toEqual(labels);
  expect(png.palette).toEqual(palette);
});
