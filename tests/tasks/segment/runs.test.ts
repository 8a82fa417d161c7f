import { expect, it } from 'vitest';
import { instancesFromMaps } from '../../../models/tasks/segment/instances';
import { labelPng } from '../../../models/tasks/segment/label-png';
import { measureInstances } from '../../../models/tasks/segment/measure';
import { instanceColors } from '../../../models/tasks/segment/colors';
import { labelledRuns, pixelsOf } from '../../../models/tasks/segment/runs';
import { seededTensor } from '../../support/seeded';

it('runs end at the end of a row, and where a label is 0', () => {
  // prettier-ignore
  const runs = labelledRuns(Int32Array.from([
    0, 1, 2,
    3, 0, 4,
    0, 0, 0,
    5, 5, 5,
  ]), 3);
  expect([...runs]).toEqual([1, 3, 3, 4, 5, 6, 9, 12]);
  expect(pixelsOf(runs)).toBe(7);
});

it('what is known of runs beforehand changes nothing', () => {
  const [height, width] = [31, 37];
  const maps = seededTensor('maps', [3, height, width], [-1, 2]);
  const found = instancesFromMaps(maps, height, width, { foreground: 0.5, seed: 0.1, depth: 0.3, rim: 0.5, minArea: 2, sure: 0.5 });
  const { runs, ...alone } = found;
  expect(found.count).toBeGreaterThan(20);
  expect(pixelsOf(runs!)).toBeGreaterThan(pixelsOf(labelledRuns(found.labels, width))); // those of dropped instances too
  const image = { height, width, channels: 1 as const, bitDepth: 8 as const, data: Uint8Array.from(seededTensor('picture', [height, width], [0, 256]), Math.floor) };
  const colors = instanceColors(found);
  expect(instanceColors(alone)).toEqual(colors);
  expect(measureInstances(image, alone)).toEqual(measureInstances(image, found));
  expect(labelPng(alone, colors)).toEqual(labelPng(found, colors));
});
