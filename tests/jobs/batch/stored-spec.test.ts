/** Batches of earlier versions, which had one task without a list. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findBatch } from '../../../main/jobs/batch/batches';
import { storedSpec } from '../../../main/jobs/batch/stored-spec';
import { contents, counting, engine, picture, specFor, surroundings } from './support';

const { host, newFolder, open, until } = engine();

const before = { sources: ['/in'], task: 'classify', model: 'vim', formats: ['json'], outDir: null, template: '{name}', existing: 'skip', top: 7 };

it('are read as batches with one task', () => {
  expect(storedSpec.parse(before)).toEqual({ sources: ['/in'], tasks: [{ task: 'classify', model: 'vim', formats: ['json'], top: 7 }], outDir: null, template: '{name}', existing: 'skip' });
  expect(storedSpec.safeParse({ ...before, task: 'none' }).success).toBe(false);
  for (const nothing of [null, 'x', []]) expect(storedSpec.safeParse(nothing).success).toBe(false);
});

it('go on, and what they have done still counts', async () => {
  const [root, out, dir] = [newFolder(), newFolder(), newFolder()];
  for (const name of ['a.png', 'b.png']) writeFileSync(path.join(root, name), await picture());
  const first = open(dir);
  const { id, spec } = await first.batches.start(specFor([root], { outDir: out }));
  await until(first.batches, id);
  await first.batches.close();
  const whole = contents(out);

  const file = path.join(dir, id, 'batch.json');
  const header = JSON.parse(readFileSync(file, 'utf8')) as { spec: typeof spec };
  const { tasks: [task], ...rest } = header.spec;
  writeFileSync(file, JSON.stringify({ ...header, spec: { ...rest, ...task } }));
  writeFileSync(path.join(root, 'c.png'), await picture(50));
  const { runner, inputs } = counting(host);
  const { options } = surroundings(dir, runner);
  const found = (await findBatch(options, spec))!;
  await found.retry({ rescan: true });
  expect(await found.settled()).toMatchObject({ id, state: 'done', total: 3, done: 3 });
  expect(inputs).toEqual(['c.png']);
  expect(contents(out)).toMatchObject(whole);
});
