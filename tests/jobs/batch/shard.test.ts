import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { BatchSpec } from '../../../main/contract/batch';
import { checkSpec, makePlan, plannerFor } from '../../../main/jobs/batch/prepare';
import { isInShard } from '../../../main/jobs/batch/shard';
import { temporaryFolders } from '../../support/temporary-folder';
import { specFor, surroundings } from './support';

const newFolder = temporaryFolders();
const { options } = surroundings('/nowhere', { run: () => Promise.reject(new Error('not run')) });

async function namesOf(spec: BatchSpec): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of makePlan(plannerFor(spec, new Map([['segment', 'nuclei']]), '2026-11-28'), spec, options, { signal: new AbortController().signal, onProblem: () => undefined })) names.push(entry.outName);
  return names;
}

it('parts are the whole, once, with the names that the whole has', async () => {
  const root = newFolder();
  for (let i = 0; i < 40; i++) writeFileSync(path.join(root, `${i >> 1}.${i % 2 ? 'jpg' : 'png'}`), 'x');
  const spec = specFor([root], { outDir: '/out' });
  const whole = await namesOf(spec);
  expect(new Set(whole).size).toBe(40); // 0, 0-2, 1, 1-2, ...
  const parts = await Promise.all([1, 2, 3].map((index) => namesOf({ ...spec, shard: { index, count: 3 } })));
  for (const part of parts) expect(part.length).toBeGreaterThan(4);
  expect(parts.flat().sort()).toEqual(whole.sort());
});

it('a part does not depend on where the folder is mounted, nor on the form of a name', () => {
  const shard = { index: 1, count: 2 };
  for (const name of ['a.png', 'é.png', 'b/c.png']) {
    expect(isInShard({ input: `/mnt/x/${name}`, dir: 'd' }, shard)).toBe(isInShard({ input: `/other/${name.normalize('NFD')}`, dir: 'd' }, shard));
  }
});

it('a part beyond the last is refused', async () => {
  await expect(checkSpec(specFor([newFolder()], { shard: { index: 3, count: 2 } }), options)).rejects.toMatchObject({ code: 'BAD_USAGE' });
});
