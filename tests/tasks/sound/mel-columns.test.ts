import { expect, it } from 'vitest';
import { MelColumns } from '../../../models/tasks/sound/mel-columns';
import { Random } from '../../support/random';

const settings = { sampleRate: 16_000, hop: 320, fft: 1024, bands: 128 };
const sine = (hertz: number, level: number, samples = 16_000) => Float32Array.from({ length: samples }, (_, t) => level * Math.sin((2 * Math.PI * hertz * t) / 16_000));

function columnsOf(...pieces: Float32Array[]): Uint8Array[] {
  const mel = new MelColumns(settings);
  return [...pieces.flatMap((piece) => [...mel.push(piece)]), ...mel.finish()];
}

/** The mel band whose triangle peaks next to a frequency, on the HTK scale. */
function bandOf(hertz: number): number {
  const mel = (f: number) => 2595 * Math.log10(1 + f / 700);
  return Math.round(((mel(hertz) - mel(30)) / (mel(8000) - mel(30))) * 129 - 1);
}

it('gives a column for each begun stretch, whatever the pieces', () => {
  const sound = Float32Array.from(new Random(1).array(16_001, -1, 1));
  const whole = columnsOf(sound);
  expect(whole).toHaveLength(51);
  expect(columnsOf(sound.subarray(0, 1), sound.subarray(1, 500), new Float32Array(0), sound.subarray(500, 9000), sound.subarray(9000))).toEqual(whole);
  expect(columnsOf(sound.subarray(0, 1))).toHaveLength(1);
  expect(columnsOf()).toEqual([]);
});

it.each([100, 440, 1000, 4000, 7000])('shows a tone of %i Hz brightest in its own band', (hertz) => {
  const column = columnsOf(sine(hertz, 0.1))[25]!;
  expect(Math.abs(column.indexOf(Math.max(...column)) - bandOf(hertz))).toBeLessThanOrEqual(1);
});

it('maps levels to shades: 8 dB of 80 are a tenth, silence is black, no band is deaf', () => {
  const peak = (level: number) => Math.max(...columnsOf(sine(1000, level))[25]!);
  expect(peak(0.1) - peak(0.1 * 10 ** (-8 / 20))).toBeCloseTo(25.5, -0.31);
  expect(columnsOf(new Float32Array(640))[0]!.every((shade) => shade === 0)).toBe(true);
  const noise = columnsOf(Float32Array.from(new Random(2).array(16_000, -0.5, 0.5)))[25]!;
  expect(Math.min(...noise)).toBeGreaterThan(80);
});

it('shows a click in the columns around it and nowhere else', () => {
  const sound = new Float32Array(16_000);
  sound[8000] = 1; // column 25
  const lit = columnsOf(sound).flatMap((column, x) => (Math.max(...column) > 0 ? [x] : []));
  expect(lit.length).toBeGreaterThan(0);
  expect(Math.min(...lit)).toBeGreaterThanOrEqual(23);
  expect(Math.max(...lit)).toBeLessThanOrEqual(26);
});
