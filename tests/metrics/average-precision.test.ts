import { describe, expect, it } from 'vitest';
import { averagePrecision, IOU_THRESHOLDS, matchInstances, scoreImages } from '../../models/metrics/average-precision';

/** truth: 1 on 0..9, 2 on 10..19; found: 7 on 0..7 (IoU 0.8), 5 on 10..14 (IoU exactly 0.5), 9 on 20..24 (nothing there) */
const TRUTH = Array.from({ length: 25 }, (_, i) => (i < 10 ? 1 : i < 20 ? 2 : 0));
const FOUND = Array.from({ length: 25 }, (_, i) => (i < 8 ? 7 : i < 10 ? 0 : i < 15 ? 5 : i < 20 ? 0 : 9));

describe('matchInstances', () => {
  it('counts pairs above each threshold; IoU 0.5 is not above 0.5', () => {
    const counts = matchInstances(FOUND, TRUTH);
    expect(counts.map(({ threshold }) => threshold)).toEqual(IOU_THRESHOLDS);
    expect(counts[0]).toEqual({ threshold: 0.5, truePositives: 1, falsePositives: 2, falseNegatives: 1 });
    expect(counts.map(({ truePositives }) => truePositives)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  it('finds everything in itself, whatever the numbers', () => {
    expect(matchInstances(TRUTH.map((label) => label && 1000 - label), TRUTH)).toEqual(
      IOU_THRESHOLDS.map((threshold) => ({ threshold, truePositives: 2, falsePositives: 0, falseNegatives: 0 })),
    );
  });

  it('refuses maps of different sizes and thresholds at which partners are not unique', () => {
    expect(() => matchInstances([1], [1, 2])).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => matchInstances([1], [1], [0.3])).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

it('averagePrecision is TP / (TP + FP + FN), and 1 for an empty image found empty', () => {
  expect(averagePrecision({ truePositives: 1, falsePositives: 2, falseNegatives: 1 })).toBe(0.25);
  expect(averagePrecision(matchInstances([0, 0], [0, 0])[0]!)).toBe(1);
  expect(averagePrecision(matchInstances([0, 3], [0, 0])[0]!)).toBe(0);
});

it('scoreImages averages over images and pools instances', () => {
  const [half] = scoreImages([matchInstances(FOUND, TRUTH), matchInstances(TRUTH, TRUTH)]);
  expect(half).toEqual({ threshold: 0.5, truePositives: 3, falsePositives: 2, falseNegatives: 1, mean: 0.625, pooled: 0.5 });
});
