import { describe, expect, it } from 'vitest';
import { DeviationLevel } from '../../../models/tasks/enhance/level';
import { Random } from '../../support/random';

describe('level', () => {
  it('is the deviation of all blocks together', () => {
    const sound = new Random(2).array(10_000, 0.2, 0.4); // uniform, far from zero
    const level = new DeviationLevel();
    for (let start = 0; start < sound.length; start += 333) level.push(sound.subarray(start, start + 333));
    expect(level.value()).toBeCloseTo(0.2 / Math.sqrt(12) + 1e-3, 3);
  });
  it('of silence, of one sample and of nothing is the floor', () => {
    for (const sound of [new Float32Array(100), Float32Array.of(0.7), new Float32Array(0)]) {
      const level = new DeviationLevel();
      level.push(sound);
      expect(level.value()).toBe(1e-3);
    }
  });
});
