import { expect, it } from 'vitest';
import { separatorOf } from '../../../models/tasks/separate/separator';
import { maxDifference } from '../../support/graph-runner';
import { Random } from '../../support/random';

const LAYOUT = { shortest: 8, longest: 100, overlap: 20 };
const LENGTH = 470;
const random = new Random(7);
/** Two voices: one below, one above nothing, so that a window's answer can be told from their sum. */
const [low, high] = [random.array(LENGTH, -1, 0), random.array(LENGTH, 0, 1)];

/** Knows both voices by where in the mixture a window lies, and gives them in another order each time. */
function model(mixture: Float32Array) {
  let runs = 0;
  const run: Parameters<typeof separatorOf>[0] = async ({ pcm }) => {
    const start = mixture.findIndex((_, at) => pcm!.data.every((sample, i) => mixture[at + i] === sample));
    const voices = [low, high].map((voice) => voice.subarray(start, start + pcm!.data.length));
    if (runs++ % 2) voices.reverse();
    return { separated: { type: 'float32', dims: [2, pcm!.data.length], data: Float32Array.from([...voices[0]!, ...voices[1]!]) } };
  };
  return { run, runs: () => runs };
}

it('gives each speaker one file through all windows, whatever order the model gives them in', async () => {
  const mixture = low.map((sample, i) => sample + high[i]!);
  const { run, runs } = model(mixture);
  const separator = separatorOf(run, LAYOUT);
  const speakers: [number[], number[]] = [[], []];
  const keep = (pieces: Float32Array[]) => pieces.forEach((piece, i) => speakers[i]!.push(...piece));
  for (let at = 0; at < LENGTH; at += 33) for await (const pieces of separator.push(mixture.subarray(at, at + 33))) keep(pieces);
  for await (const pieces of separator.finish()) keep(pieces);
  expect(runs()).toBe(6);
  expect(maxDifference(speakers[0], low)).toBeLessThan(1e-6);
  expect(maxDifference(speakers[1], high)).toBeLessThan(1e-6);
});
