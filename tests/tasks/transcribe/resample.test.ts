import { describe, expect, it } from 'vitest';
import { Resampler } from '../../../models/tasks/transcribe/resample';
import { Random } from '../../support/random';

function tone(frequency: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => Math.sin((2 * Math.PI * frequency * i) / rate));
}

function whole(signal: Float32Array, rate: number, output = 16000): Float32Array {
  const resampler = new Resampler(rate, output);
  return Float32Array.of(...resampler.push(signal), ...resampler.finish());
}

/** Root mean square of the middle half, in dB relative to a full-scale sine. */
function level(signal: Float32Array): number {
  const middle = signal.subarray(signal.length >> 2, (3 * signal.length) >> 2);
  return 10 * Math.log10((2 * middle.reduce((sum, value) => sum + value * value, 0)) / middle.length);
}

describe('Resampler', () => {
  const rates = [8000, 11025, 22050, 44100, 48000, 96000, 192000, 12345];

  it.each(rates)('%i Hz: a tone in the pass band comes through in place', (rate) => {
    const frequency = 0.85 * Math.min(rate / 2, 8000);
    const got = whole(tone(frequency, rate, 0.5), rate);
    const expected = tone(frequency, 16000, 0.5);
    expect(got.length).toBe(Math.ceil((Math.round(rate * 0.5) * 16000) / rate));
    expect(level(Float32Array.from(expected, (value, i) => value - got[i]!))).toBeLessThan(-80);
  });

  it.each([22050, 44100, 48000, 96000, 192000])('%i Hz: nothing above 8 kHz folds back', (rate) => {
    for (const frequency of [8005, 8500, 9500, rate / 2 - 500]) expect(level(whole(tone(frequency, rate, 0.5), rate)), `${frequency} Hz`).toBeLessThan(-80);
  });

  it.each([8000, 11025])('%i Hz: no images when the rate goes up', (rate) => {
    const tones = whole(tone(0.4 * rate, rate, 0.5), rate);
    const direct = tone(0.4 * rate, 16000, 0.5);
    expect(level(Float32Array.from(direct, (value, i) => value - tones[i]!))).toBeLessThan(-80);
  });

  it.each([...rates, 44101])('%i Hz: blocks of any length give bit for bit what the whole gives', (rate) => {
    const random = new Random(rate);
    const signal = random.array(Math.round(rate * 0.3));
    const resampler = new Resampler(rate, 16000);
    const pieces: number[] = [];
    for (let at = 0; at < signal.length; ) {
      const length = random.below(random.next() < 0.3 ? 4 : 3000);
      pieces.push(...resampler.push(signal.subarray(at, at + length)));
      at += length;
    }
    pieces.push(...resampler.finish());
    expect(Float32Array.from(pieces)).toEqual(whole(signal, rate));
  });

  it('16 kHz passes untouched', () => {
    const signal = new Random(1).array(1000);
    expect(whole(signal, 16000)).toEqual(signal);
  });

  it('a constant stays a constant, and one sample or none are fine', () => {
    expect(Math.max(...whole(new Float32Array(44100).fill(0.5), 44100).subarray(2000, 14000).map((value) => Math.abs(value - 0.5)))).toBeLessThan(1e-6);
    expect(whole(new Float32Array(0), 44100).length).toBe(0);
    expect(whole(Float32Array.of(1), 44100).length).toBe(1);
    expect(whole(Float32Array.of(1), 8000).length).toBe(2);
  });

  it.each([0, 1000, 16000.5, 1e6, NaN])('%d Hz: BAD_INPUT', (rate) => {
    expect(() => new Resampler(rate, 16000)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
