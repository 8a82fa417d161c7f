import { expect, it } from 'vitest';
import { PowerSpectrum } from '../../../models/tasks/sound/fft';
import { Random } from '../../support/random';

/** By the definition, in double precision. */
function slowPower(frame: Float64Array): Float64Array {
  const size = frame.length;
  return Float64Array.from({ length: size / 2 + 1 }, (_, k) => {
    let [re, im] = [0, 0];
    for (let t = 0; t < size; t++) {
      re += frame[t]! * Math.cos((2 * Math.PI * ((k * t) % size)) / size);
      im -= frame[t]! * Math.sin((2 * Math.PI * ((k * t) % size)) / size);
    }
    return re ** 2 + im ** 2;
  });
}

it.each([2, 4, 64, 1024])('gives the power of a transform of %i points as its definition does', (size) => {
  const frame = Float64Array.from(new Random(size).array(size, -1, 1));
  const power = new Float64Array(size / 2 + 1);
  new PowerSpectrum(size).into(power, frame);
  const expected = slowPower(frame);
  for (let k = 0; k < power.length; k++) expect(Math.abs(power[k]! - expected[k]!)).toBeLessThan(1e-9 * (1 + expected[k]!));
});

it('refuses sizes that are no power of two', () => {
  for (const size of [0, 1, 3, 1000]) expect(() => new PowerSpectrum(size)).toThrow(RangeError);
});
