import { expect, it } from 'vitest';
import { bootstrapInterval, meanInterval } from '../../models/metrics/bootstrap';

const VALUES = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) / 100); // mean 0.495, standard deviation 0.2887

it('is about 1.96 standard errors wide on either side of a mean', () => {
  const { low, high } = meanInterval(VALUES, { rounds: 4000 });
  expect(low).toBeCloseTo(0.495 - 1.96 * 0.02887, 2);
  expect(high).toBeCloseTo(0.495 + 1.96 * 0.02887, 2);
});

it('depends on the seed alone', () => {
  expect(meanInterval(VALUES, { seed: 5 })).toEqual(meanInterval(VALUES, { seed: 5 }));
  expect(meanInterval(VALUES, { seed: 5 })).not.toEqual(meanInterval(VALUES, { seed: 6 }));
});

it('hands whole draws to a statistic of sums', () => {
  const errors = [1, 0, 3];
  const words = [10, 5, 20];
  const { low, high } = bootstrapInterval(3, (indices) => {
    expect(indices).toHaveLength(3);
    const sum = (of: number[]) => indices.reduce((total, i) => total + of[i]!, 0);
    return sum(errors) / sum(words);
  });
  expect([low, high]).toEqual([0, 0.15]); // all draws of one item: 0, 0.1 and 0.15 are the extremes of the ratio
});

it('has no width where all items are equal', () => {
  expect(meanInterval([0.5, 0.5])).toEqual({ low: 0.5, high: 0.5 });
});
