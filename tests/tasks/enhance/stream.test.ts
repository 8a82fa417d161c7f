/** EnhanceStream around a model whose answer is known: it hands the sound on, late and in the layout that it is told. */
import { describe, expect, it } from 'vitest';
import type { StreamLayout } from '../../../models/architectures';
import { EnhanceStream, type FloatTensor } from '../../../models/tasks/enhance/stream';

interface Seen {
  lengths: number[];
  remaining: number[];
}

/** Gives every run's sound back `delay` samples late, as a model with a delay line does, and holds the lead back until the end. */
function delayLine({ lead, delay }: StreamLayout, seen: Seen) {
  const waiting: number[] = Array.from({ length: delay }, () => -1);
  return async ({ pcm, remaining, count }: Record<string, FloatTensor>): Promise<Record<string, FloatTensor>> => {
    seen.lengths.push(pcm!.data.length);
    seen.remaining.push(remaining!.data[0]!);
    const ending = remaining!.data[0]! <= pcm!.data.length;
    waiting.push(...pcm!.data);
    const ready = waiting.splice(0, waiting.length - (ending ? 0 : lead) - delay);
    return { enhanced: { type: 'float32', dims: [1, ready.length], data: Float32Array.from(ready) }, count_next: { type: 'float32', dims: [1], data: Float32Array.of(count!.data[0]! + 1) } };
  };
}

async function run(samples: number, layout: StreamLayout, samplesPerRun: number, pushes: number): Promise<{ output: number[]; seen: Seen }> {
  const seen: Seen = { lengths: [], remaining: [] };
  const stream = new EnhanceStream(delayLine(layout, seen), [{ input: 'count', output: 'count_next', dims: [1] }], layout, samplesPerRun);
  const output: number[] = [];
  const pcm = Float32Array.from({ length: samples }, (_, i) => i + 1);
  for (let start = 0; start < samples; start += pushes) for await (const piece of stream.push(pcm.subarray(start, start + pushes))) output.push(...piece);
  for await (const piece of stream.finish()) output.push(...piece);
  return { output, seen };
}

const layouts: [string, StreamLayout][] = [
  ['a lead', { step: 8, lead: 14, longest: Infinity, delay: 0, padding: 0 }],
  ['a delay', { step: 8, lead: 0, longest: 8, delay: 19, padding: 1 }],
  ['neither', { step: 8, lead: 0, longest: Infinity, delay: 0, padding: 0 }],
];

describe.each(layouts)('a model with %s', (_, layout) => {
  it.each([1, 7, 8, 9, 14, 21, 22, 23, 64, 100])('%i samples come back as they went in, however they are cut', async (samples) => {
    for (const samplesPerRun of [1, 8, 24, 1000]) {
      for (const pushes of [1, 5, 8, 1000]) {
        const { output, seen } = await run(samples, layout, samplesPerRun, pushes);
        expect(output).toEqual(Array.from({ length: samples }, (_, i) => i + 1));
        const [first, ...rest] = seen.lengths;
        expect([(first! - layout.lead) % layout.step, ...rest.map((length) => length % layout.step)]).toEqual(seen.lengths.map(() => 0));
        expect(Math.max(first! - layout.lead, ...rest)).toBeLessThanOrEqual(Math.max(layout.step, Math.min(samplesPerRun, layout.longest)));
      }
    }
  });

  it('gives nothing for nothing', async () => expect((await run(0, layout, 8, 8)).seen.lengths).toEqual([]));
});

it('tells what remains once the end is known: whole steps behind the lead, and a sample of padding where the model asks for it', async () => {
  const { seen } = await run(16, { step: 8, lead: 0, longest: 8, delay: 9, padding: 1 }, 8, 16);
  expect(seen.remaining).toEqual([2 ** 30, 16, 8, 0, -8]);
});
