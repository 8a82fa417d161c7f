import { expect, it } from 'vitest';
import { selectAscending } from '../../../models/tasks/transcribe/select';
import { Random } from '../../support/random';

it('gives what sorting would, with equal values, infinities and any order', () => {
  const random = new Random(5);
  for (let count = 1; count < 60; count++) {
    const values = Float64Array.from({ length: count + 3 }, (_, i) => (i % 7 === 3 ? -Infinity : random.below(count))); // what lies behind `count` is left out
    const sorted = values.slice(0, count).sort();
    const shapes = [values, sorted.slice(), sorted.slice().reverse()];
    for (const shape of shapes) for (let index = 0; index < count; index++) expect(selectAscending(shape.slice(), count, index)).toBe(sorted[index]);
  }
});
