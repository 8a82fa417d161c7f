/** A task that writes several files of one format, in a batch. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { wavFloat32 } from '../../../main/inference/worker/sinks/wav';
import { seededFile, seededTensor } from '../../support/seeded';
import type { Shapes } from '../../support/weights';
import { contents, counting, engine, specFor } from './support';

const { host, newFolder, open, until } = engine();
const { cases, ranges } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../golden/sp-mamba.json'), 'utf8')) as { cases: Record<string, { weights: Shapes }>; ranges: Record<string, [number, number]> };

it('gives each recording a file for each speaker, and makes both again where one is gone', async () => {
  const [root, out, model] = [newFolder(), newFolder(), path.join(newFolder(), 'model.safetensors')];
  writeFileSync(model, seededFile(cases['small']!.weights, ranges));
  for (const name of ['a', 'b']) writeFileSync(path.join(root, `${name}.wav`), wavFloat32([seededTensor(name, [800], [-0.3, 0.3])], 4000));
  const { runner, inputs } = counting(host);
  const { batches } = open(newFolder(), runner);
  const { id } = await batches.start(specFor([root], { task: 'separate', formats: ['wav'], outDir: out, model }));
  expect(await until(batches, id)).toMatchObject({ done: 2, failed: 0 });
  const whole = contents(out);
  expect(Object.keys(whole)).toEqual(['a.speaker1.wav', 'a.speaker2.wav', 'b.speaker1.wav', 'b.speaker2.wav']);
  rmSync(path.join(out, 'b.speaker2.wav'));
  await batches.resume(id);
  await expect.poll(() => contents(out), { timeout: 60_000 }).toEqual(whole);
  expect(await until(batches, id)).toMatchObject({ done: 2, failed: 0 });
  expect(inputs).toEqual(['a.wav', 'b.wav', 'b.wav']);
});
