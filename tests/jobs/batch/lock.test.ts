import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Lock } from '../../../main/jobs/batch/lock';

let folder: string;
let file: string;
const NOBODY = 2 ** 22 + 1; // above the highest process id of Linux

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mamba-test-'));
  file = path.join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const age = (seconds: number) => utimesSync(file, Date.now() / 1000 - seconds, Date.now() / 1000 - seconds);

it('names its owner, and goes', async () => {
  const lock = await Lock.take(file);
  expect(readFileSync(file, 'utf8')).toBe(`${process.pid}@${hostname()}`);
  await lock.release();
  expect(existsSync(file)).toBe(false);
});

it('of another living process is not taken', async () => {
  writeFileSync(file, String(process.ppid));
  await expect(Lock.take(file)).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
});

it.each([
  ['a process that is gone', String(NOBODY), 0],
  ['a process that has not stirred for long, whose number another has now', String(process.ppid), 60],
  ['nobody', 'garbage', 0],
])('of %s is taken over', async (_, owner, seconds) => {
  writeFileSync(file, owner);
  age(seconds);
  await (await Lock.take(file)).release();
});

it('of another machine counts by its heart alone', async () => {
  writeFileSync(file, `${NOBODY}@elsewhere`);
  await expect(Lock.take(file)).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
  age(60);
  await (await Lock.take(file)).release();
});

it('that its owner has made but not yet signed is not taken, unless that was long ago', async () => {
  writeFileSync(file, '');
  await expect(Lock.take(file)).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
  age(10);
  await (await Lock.take(file)).release();
});
