import { expect, it } from 'vitest';
import { ClassConfusion } from '../../models/metrics/mean-iou';

it('pools pixels over images and leaves absent classes and ignored pixels out', () => {
  const confusion = new ClassConfusion(4);
  confusion.add([0, 0, 1, 1], [0, 1, 1, 255], 255);
  confusion.add([2, 1], [1, 1]);
  // class 0: 1 / 2; class 1: 2 shared, 4 in truth, 2 found: 2 / 4; class 2: 0 / 1; class 3 absent
  expect(confusion.iou()).toEqual([0.5, 0.5, 0, undefined]);
  expect(confusion.meanIou()).toBeCloseTo(1 / 3, 12);
});

it('refuses unknown classes and maps of different sizes', () => {
  const confusion = new ClassConfusion(2);
  expect(() => confusion.add([0], [2])).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  expect(() => confusion.add([0], [0, 1])).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
});
