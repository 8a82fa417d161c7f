import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checkNoOutputExists, commitStaged, outputsOf } from '../../main/jobs/commit';
import { discardStaged, writeStaged } from '../../main/fs/staging';
import { jobFor } from '../support/jobs';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();

async function stagedJob(overwrite: boolean, folder = newFolder()) {
  const job = jobFor('cell.png', { outDir: folder, outName: 'cell', formats: ['labels', 'csv'], overwrite });
  for (const { format, staged } of outputsOf(job)) await writeStaged(staged, `new ${format}`);
  return { job, folder };
}

it('gives staged files their names and leaves nothing else', async () => {
  const { job, folder } = await stagedJob(false);
  expect(await commitStaged(outputsOf(job), job)).toEqual([
    { format: 'labels', path: path.join(folder, 'cell.labels.png') },
    { format: 'csv', path: path.join(folder, 'cell.instances.csv') },
  ]);
  expect(readdirSync(folder).sort()).toEqual(['cell.instances.csv', 'cell.labels.png']);
});

it('gives a format with several files all of them, and discards all of them', async () => {
  const folder = newFolder();
  const job = jobFor('talk.wav', { task: 'separate', outDir: folder, outName: 'talk', formats: ['wav'] });
  const stage = async () => {
    for (const { staged } of outputsOf(job)) await writeStaged(staged, 'sound');
  };
  await stage();
  await discardStaged(folder, job.id, job);
  expect(readdirSync(folder)).toEqual([]);
  await stage();
  await commitStaged(outputsOf(job), job);
  expect(readdirSync(folder).sort()).toEqual(['talk.speaker1.wav', 'talk.speaker2.wav']);
});

it('never replaces a file unless told to, even one that came up after the first look', async () => {
  const { job, folder } = await stagedJob(false);
  checkNoOutputExists(job);
  writeFileSync(path.join(folder, 'cell.instances.csv'), 'somebody else');
  expect(() => checkNoOutputExists(job)).toThrow(expect.objectContaining({ code: 'OUTPUT_EXISTS' }));
  await expect(commitStaged(outputsOf(job), job)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  expect(readFileSync(path.join(folder, 'cell.instances.csv'), 'utf8')).toBe('somebody else');
  await discardStaged(folder, job.id, job);
  expect(readdirSync(folder)).toEqual(['cell.instances.csv']); // nor the other output of the failed job
});

it('replaces when told to', async () => {
  const folder = newFolder();
  writeFileSync(path.join(folder, 'cell.labels.png'), 'old');
  const { job } = await stagedJob(true, folder);
  checkNoOutputExists(job);
  await commitStaged(outputsOf(job), job);
  expect(readFileSync(path.join(folder, 'cell.labels.png'), 'utf8')).toBe('new labels');
});

it('discards what was staged, and does not mind when nothing was', async () => {
  const { job, folder } = await stagedJob(false);
  await discardStaged(folder, job.id, job);
  expect(readdirSync(folder)).toEqual([]);
  await discardStaged(path.join(folder, 'missing'), job.id, job);
});
