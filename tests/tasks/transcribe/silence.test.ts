import { describe, expect, it } from 'vitest';
import { SilenceGuard } from '../../../models/tasks/transcribe/silence';
import { Random } from '../../support/random';

const RATE = 16000;
const random = new Random(11);
const noise = (seconds: number, amplitude: number) => random.array(seconds * RATE, -amplitude, amplitude);
const hum = (seconds: number) => Float32Array.from({ length: seconds * RATE }, (_, i) => 0.2 * Math.sin((2 * Math.PI * 50 * i) / RATE));
/** Noise whose level rises and falls four times a second, as syllables do. */
const syllables = (seconds: number, amplitude: number) => noise(seconds, amplitude).map((value, i) => value * Math.sin((4 * Math.PI * i) / RATE) ** 2);

/** Frames of 20 ms at which a word is kept. */
function kept(pcm: Float32Array, block = pcm.length): number[] {
  const guard = new SilenceGuard(RATE, 0.02);
  for (let at = 0; at < pcm.length; at += block) guard.push(pcm.subarray(at, at + block));
  guard.finish();
  return Array.from({ length: Math.ceil(pcm.length / 320) }, (_, i) => i).filter((i) => guard.keeps({ start: i, end: i + 1 }));
}

function joined(...parts: Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

describe('SilenceGuard', () => {
  it.each([
    ['digital silence', new Float32Array(3 * RATE)],
    ['faint noise', noise(3, 0.001)],
    ['loud hiss', noise(3, 0.3)],
    ['hum', hum(3)],
  ])('%s: nothing is kept', (_, pcm) => expect(kept(pcm)).toEqual([]));

  it.each([0.5, 0.01])('syllables at amplitude %d: everything is kept', (amplitude) => {
    expect(kept(syllables(2, amplitude)).length).toBe(100);
  });

  it('around speech half a second is kept, the silence further off is not', () => {
    const frames = kept(joined(new Float32Array(2 * RATE), syllables(1, 0.3), new Float32Array(2 * RATE)));
    expect(frames[0]).toBeGreaterThanOrEqual(75);
    expect(frames[0]).toBeLessThanOrEqual(80);
    expect(frames.at(-1)).toBeGreaterThanOrEqual(168);
    expect(frames.at(-1)).toBeLessThanOrEqual(175);
    expect(frames.length).toBe(frames.at(-1)! - frames[0]! + 1);
  });

  it.each([1, 319, 1000])('blocks of %i samples change nothing', (block) => {
    const pcm = joined(syllables(1, 0.2).subarray(0, 15777), noise(1, 0.0005));
    expect(kept(pcm, block)).toEqual(kept(pcm));
  });
});
