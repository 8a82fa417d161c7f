import { describe, expect, it } from 'vitest';
import { Transcriber, type FloatTensor, type LogProbs } from '../../../models/tasks/transcribe/streaming';
import { Random } from '../../support/random';

const layout = { stepSamples: 4, framesPerStep: 2, lookaheadSteps: 3 };
const ports = [{ input: 'count', output: 'count_out', dims: [1, 1] }, { input: 'late', output: 'late_out', dims: [1, 3] }];

/**
 * A model that answers three steps late, as the real one does: a frame holds the sum of its half step and the number of steps seen before.
 * `lengths` collects the samples of each run.
 */
function delayingModel(lengths: number[]) {
  return async ({ pcm, count, late }: Record<string, FloatTensor>): Promise<Record<string, FloatTensor>> => {
    expect(pcm!.dims).toEqual([1, pcm!.data.length]);
    expect(pcm!.data.length % layout.stepSamples).toBe(0);
    lengths.push(pcm!.data.length);
    const steps = pcm!.data.length / layout.stepSamples;
    const sums = Array.from({ length: steps }, (_, i) => pcm!.data.slice(4 * i, 4 * i + 4).reduce((sum, value) => sum + value, 0));
    const delayed = [...late!.data, ...sums];
    const rows = sums.flatMap((_, i) => [[delayed[i]!, count!.data[0]! + i], [-delayed[i]!, count!.data[0]! + i]]);
    return {
      logprobs: { type: 'float32', dims: [1, rows.length, 2], data: Float32Array.from(rows.flat()) },
      count_out: { type: 'float32', dims: [1, 1], data: Float32Array.of(count!.data[0]! + steps) },
      late_out: { type: 'float32', dims: [1, 3], data: Float32Array.from(delayed.slice(-3)) },
    };
  };
}

async function transcribe(pcm: Float32Array, stepsPerRun: number, cuts: number[]): Promise<{ answer: number[]; lengths: number[] }> {
  const lengths: number[] = [];
  const transcriber = new Transcriber(delayingModel(lengths), 'logprobs', ports, { ...layout, stepsPerRun });
  const answer: number[] = [];
  const take = async (blocks: AsyncIterable<LogProbs>) => {
    for await (const { data, frames, vocabulary } of blocks) {
      expect(data.length).toBe(frames * vocabulary);
      answer.push(...data);
    }
  };
  let at = 0;
  for (const cut of [...cuts, pcm.length]) {
    await take(transcriber.push(pcm.subarray(at, cut)));
    at = cut;
  }
  await take(transcriber.finish());
  return { answer, lengths };
}

describe('Transcriber', () => {
  it.each([0, 1, 4, 5, 40, 43])('%i samples: a frame for each half step, in place, whatever the runs and the blocks', async (samples) => {
    const pcm = new Random(samples).array(samples);
    const whole = await transcribe(pcm, 1000, []);
    const steps = Math.ceil(samples / 4);
    expect(whole.answer.length).toBe(steps * 2 * 2);
    for (let step = 0; step < steps; step++) {
      const sum = pcm.slice(4 * step, 4 * step + 4).reduce((total, value) => total + value, 0);
      expect(whole.answer.slice(4 * step, 4 * step + 4)).toEqual([sum, step + 3, -sum, step + 3].map((value) => expect.closeTo(value, 5)));
    }
    for (const stepsPerRun of [1, 2, 3, 7]) {
      const cuts = [1, 2, 3, 17, 30].filter((cut) => cut < samples);
      const chunked = await transcribe(pcm, stepsPerRun, cuts);
      expect(chunked.answer).toEqual(whole.answer);
      expect(Math.max(0, ...chunked.lengths)).toBeLessThanOrEqual(4 * stepsPerRun);
    }
  });

  it('a run of no steps: BAD_INPUT', () => {
    expect(() => new Transcriber(delayingModel([]), 'logprobs', ports, { ...layout, stepsPerRun: 0 })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
