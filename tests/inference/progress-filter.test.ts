import { expect, it } from 'vitest';
import { progressFilter } from '../../main/inference/worker/progress-filter';

it('passes each new stage, thins out the rest, and never falls', () => {
  const sent: { stage: string; fraction: number }[] = [];
  const progress = progressFilter((news) => sent.push(news));
  progress('decode', 0);
  for (let i = 0; i < 10_000; i++) progress('run', 0.1 + i / 20_000);
  progress('load', 0.05);
  expect(sent[0]).toEqual({ stage: 'decode', fraction: 0 });
  expect(sent[1]).toEqual({ stage: 'run', fraction: 0.1 });
  expect(sent.length).toBeLessThan(1000);
  expect(sent.at(-1)).toEqual({ stage: 'load', fraction: 0.1 + 9999 / 20_000 });
});

it('says nothing of short jobs where a least time is asked for', () => {
  const sent: string[] = [];
  const progress = progressFilter(({ stage }) => sent.push(stage), 60_000);
  for (const stage of ['decode', 'run', 'write']) progress(stage, 1);
  expect(sent).toEqual([]);
  const soon = progressFilter(({ stage }) => sent.push(stage), 1);
  for (const until = performance.now() + 5; performance.now() < until; );
  soon('run', 0.5);
  soon('write', 1);
  expect(sent[0]).toBe('run');
});
