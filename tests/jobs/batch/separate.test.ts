/** A task that writes several files of one format, in a batch. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { suffixesOf } from '../../../main/contract/formats';
import { stagedPath } from '../../../main/fs/staging';
import { wavFloat32 } from '../../../main/inference/worker/sinks/wav';
import { SP_MAMBA_SMALL, spMambaFile, spMambaSound } from '../../support/sp-mamba';
import { contents, counting, engine, specFor } from './support';

const { host, newFolder, open, until } = engine();

/** A batch of two recordings, to its end. */
async function separated() {
  const [root, out, dir, model] = [newFolder(), newFolder(), newFolder(), path.join(newFolder(), 'model.safetensors')];
  writeFileSync(model, spMambaFile(SP_MAMBA_SMALL));
  for (const name of ['a', 'b']) writeFileSync(path.join(root, `${name}.wav`), wavFloat32([spMambaSound(800, name)], 4000));
  const { runner, inputs } = counting(host);
  const { batches } = open(dir, runner);
  const { id } = await batches.start(specFor([root], { task: 'separate', formats: ['wav'], outDir: out, model }));
  expect(await until(batches, id)).toMatchObject({ done: 2, failed: 0 });
  return { out, dir, id, batches, inputs, whole: contents(out) };
}

it('gives each recording a file for each speaker, and makes both again where one is gone', async () => {
  const { out, id, batches, inputs, whole } = await separated();
  expect(Object.keys(whole)).toEqual(['a.speaker1.wav', 'a.speaker2.wav', 'b.speaker1.wav', 'b.speaker2.wav']);
  rmSync(path.join(out, 'b.speaker2.wav'));
  await batches.resume(id);
  await expect.poll(() => contents(out)).toEqual(whole);
  expect(await until(batches, id)).toMatchObject({ done: 2, failed: 0 });
  expect(inputs).toEqual(['a.wav', 'b.wav', 'b.wav']);
});

it.each([
  ['between the names of the two', false],
  ['between the two names of the first one', true],
])('after a kill %s, both files of a recording are there once, and the model does not run again', async (_, linked) => {
  const { out, dir, whole, id, batches: before } = await separated();
  await before.close();
  const journal = path.join(dir, id, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { event: string; job: string; outputs: { path: string }[] });
  const last = lines.findLastIndex(({ event }) => event === 'commit');
  writeFileSync(journal, `${lines.slice(0, last + 1).map((line) => JSON.stringify(line)).join('\n')}\n`);
  const { job, outputs: [first, second] } = lines[last]!;
  const staged = (n: number) => stagedPath(out, job, suffixesOf('separate', 'wav')[n]!);
  renameSync(second!.path, staged(1));
  if (linked) linkSync(first!.path, staged(0));
  const { runner, inputs } = counting(host);
  const { batches } = open(dir, runner);
  expect(await until(batches, id)).toMatchObject({ done: 2, failed: 0 });
  expect(contents(out)).toEqual(whole); // hidden files count
  expect(inputs).toEqual([]);
});
