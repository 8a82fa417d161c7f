import { expect, it } from 'vitest';
import { allFormatsOf, defaultFormats, FORMAT_SUFFIXES, formatsOf, suffixesOf, TASKS } from '../../main/contract/formats';
import { jobSpec } from '../../main/contract/job';
import { jobFor } from '../support/jobs';

it('accepts a job and refuses what would reach beyond its folder or its task', () => {
  const job = jobFor('/in/cell.png', { outDir: '/out' });
  expect(jobSpec.parse(job)).toEqual(job);
  const wrong = [{ formats: ['srt'] }, { formats: [] }, { outName: '../cell' }, { outName: '' }, { id: '../x' }, { task: 'paint' }, { device: 'gpu' }, { threads: 1.5 }, { input: '' }];
  for (const change of wrong) expect(jobSpec.safeParse({ ...job, ...change }).success, JSON.stringify(change)).toBe(false);
});

it('gives every format of every task its own suffix', () => {
  const suffixes = TASKS.flatMap((task) => allFormatsOf(task).flatMap((format) => suffixesOf(task, format)));
  expect(new Set(suffixes).size).toBe(suffixes.length);
  expect(suffixes).toHaveLength(Object.values(FORMAT_SUFFIXES).flatMap(Object.values).flat().length);
  expect(suffixesOf('separate', 'flac')).toEqual(['.speaker1.flac', '.speaker2.flac']);
  expect(() => suffixesOf('segment', 'srt')).toThrow(RangeError);
});

it('offers nobody what only the window reads, yet takes it in a job', () => {
  expect(formatsOf('segment')).not.toContain('regions');
  expect(defaultFormats('segment')).not.toContain('regions');
  expect(jobSpec.safeParse(jobFor('/in/cell.png', { outDir: '/out', formats: ['regions'] })).success).toBe(true);
});
