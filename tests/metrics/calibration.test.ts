import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, fitLogistic } from '../../models/metrics/calibration';

/** mulberry32: the same numbers at every run. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('logistic regression', () => {
  it('finds the log odds of one constant', () => {
    const outcomes = [true, true, true, false];
    expect(fitLogistic(outcomes.map(() => [1]), outcomes)[0]).toBeCloseTo(Math.log(3), 2);
  });

  it('finds the weights that made the outcomes', () => {
    const next = random(1);
    const rows = Array.from({ length: 20_000 }, () => [1, 4 * next() - 2, 4 * next() - 2]);
    const truth = [0.5, -1, 2];
    const outcomes = rows.map((row) => next() < 1 / (1 + Math.exp(-row.reduce((sum, value, i) => sum + value * truth[i]!, 0))));
    fitLogistic(rows, outcomes).forEach((weight, i) => expect(Math.abs(weight - truth[i]!)).toBeLessThan(0.1)); // three standard errors
  });

  it('stays finite where the classes can be parted, and without rows', () => {
    const weights = fitLogistic([[1, -1], [1, 1]], [false, true]);
    expect(weights.every(Number.isFinite)).toBe(true);
    expect(weights[1]).toBeGreaterThan(1);
    expect(fitLogistic([], [])).toEqual([]);
  });
});

describe('expected calibration error', () => {
  it('worked out by hand: 0.9 said of what holds half the time, 0.2 of what never does', () => {
    expect(expectedCalibrationError([0.9, 0.9, 0.2, 0.2], [true, false, false, false])).toBeCloseTo((2 * 0.4 + 2 * 0.2) / 4, 12);
  });

  it('is nothing for what means what it says, certainty included, and for nothing', () => {
    expect(expectedCalibrationError([1, 1, 0, 0.5, 0.5], [true, true, false, true, false])).toBe(0);
    expect(expectedCalibrationError([], [])).toBe(0);
  });
});
