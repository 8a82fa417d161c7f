import { expect, it } from 'vitest';
import { PeakMeter } from '../../../models/tasks/sound/peaks';

const meter = () => new PeakMeter(4);

it('gives lowest and highest of each stretch, the last one cut short', () => {
  const peaks = meter();
  expect([...peaks.push(Float32Array.of(0, 0.5, -1, 0.25, 0.1))]).toEqual([-127, 64]);
  expect([...peaks.push(Float32Array.of(0.2))]).toEqual([]);
  expect([...peaks.finish()]).toEqual([13, 25]);
  expect([...peaks.finish()]).toEqual([]);
});

it('clips what is louder than full scale', () => {
  expect([...meter().push(Float32Array.of(3, -7, 0, 0))]).toEqual([-127, 127]);
});
