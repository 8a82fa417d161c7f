import { expect, it } from 'vitest';
import { HeardWindows } from '../../../models/tasks/sound/heard-windows';
import { Random } from '../../support/random';

const LAYOUT = { shortest: 8, longest: 100, overlap: 20 };

/** Sound through windows, pushed in pieces, and the lengths of the windows that were heard. */
async function through(pcm: Float32Array, hear: (window: Float32Array) => Float32Array, piece = 7) {
  const heard: Float32Array[] = [];
  const windows = new HeardWindows(async (window) => {
    heard.push(window.slice());
    return [hear(window)];
  }, LAYOUT);
  const out: number[] = [];
  for (let at = 0; at < pcm.length; at += piece) for await (const [got] of windows.push(pcm.subarray(at, at + piece))) out.push(...got!);
  for await (const [got] of windows.finish()) out.push(...got!);
  return { out: Float32Array.from(out), heard };
}
const noise = (length: number) => new Random(3).array(length, -1, 1);

it.each([1, 7, 8, 99, 100])('%d samples are heard as a whole', async (length) => {
  const pcm = noise(length);
  const { out, heard } = await through(pcm, (window) => window.map((sample) => 2 * sample));
  expect(heard.map((window) => window.length)).toEqual([Math.max(8, length)]);
  expect(out).toEqual(pcm.map((sample) => 2 * sample));
});

it.each([101, 179, 180, 181, 260, 1000])('%d samples come back in their places, every window full', async (length) => {
  const pcm = noise(length);
  const { out, heard } = await through(pcm, (window) => window);
  expect(heard.every((window) => window.length === 100)).toBe(true);
  expect(heard.at(-1)).toEqual(pcm.slice(-100));
  expect(out.length).toBe(length);
  expect(Math.max(...out.map((sample, i) => Math.abs(sample - pcm[i]!)))).toBeLessThan(1e-6);
});

it('answers fade into each other over the overlap', async () => {
  let windows = 0;
  const { out } = await through(new Float32Array(180), (window) => {
    const answer = windows++;
    return window.map(() => answer);
  });
  expect([...out.slice(0, 80)].every((value) => value === 0)).toBe(true);
  expect([...out.slice(100)].every((value) => value === 1)).toBe(true);
  for (let i = 81; i < 100; i++) expect(out[i]! - out[i - 1]!).toBeCloseTo(1 / 20);
});

it('nothing gives nothing', async () => expect((await through(new Float32Array(0), (window) => window)).heard).toEqual([]));
