import { appendFileSync, existsSync, readFileSync, readdirSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { LineFile, readLines } from '../../../main/jobs/batch/line-file';
import { temporaryFolders } from '../../support/temporary-folder';

const newFolder = temporaryFolders();
const append = async (file: string, value: unknown) => (await new LineFile(file).append([value]))[0]!;
const all = async (file: string) => {
  const values = [];
  for await (const { value } of readLines(file)) values.push(value);
  return values;
};

it('gives back what was appended, and where it lies', async () => {
  const file = path.join(newFolder(), 'lines');
  const places = [];
  for (const value of [{ a: 1 }, 'ü\n', null]) places.push(await append(file, value));
  expect(await all(file)).toEqual([{ a: 1 }, 'ü\n', null]);
  expect(await new LineFile(file).readAt(places.reverse())).toEqual([null, 'ü\n', { a: 1 }]);
});

it('gives back lines that lie close together, far apart or behind each other', async () => {
  const file = path.join(newFolder(), 'lines');
  const lines = new LineFile(file);
  const [first, second] = await lines.append(['first', 'second']);
  appendFileSync(file, Buffer.alloc(5 << 20, 0xff));
  const last = await append(file, 'last');
  expect(await lines.readAt([second!, first!])).toEqual(['second', 'first']);
  expect(await lines.readAt([last, first!, second!])).toEqual(['last', 'first', 'second']);
});

it('gives back what was appended after it has read ahead', async () => {
  const lines = new LineFile(path.join(newFolder(), 'lines'));
  lines.hold();
  const [first, second] = await lines.append(['first', 'second']);
  expect(await lines.readAt([first!])).toEqual(['first']);
  const [third] = await lines.append(['third']);
  expect(await lines.readAt([third!])).toEqual(['third']);
  expect(await lines.readAt([second!])).toEqual(['second']);
  await lines.release();
});

it('loses nothing but the torn line, at every place where it can tear', async () => {
  const file = path.join(newFolder(), 'lines');
  await append(file, { first: 'x' });
  const kept = readFileSync(file).length;
  await append(file, { second: 'ü' });
  const whole = readFileSync(file);
  for (let length = kept; length < whole.length; length++) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    const place = await append(file, { third: 1 });
    const values = await all(file);
    expect([values[0], values.at(-1)]).toEqual([{ first: 'x' }, { third: 1 }]);
    expect(await new LineFile(file).readAt([place])).toEqual([{ third: 1 }]);
    expect(values.filter((value) => value === undefined).length).toBeLessThanOrEqual(1);
  }
});

it('passes over garbage of any length', async () => {
  const file = path.join(newFolder(), 'lines');
  await append(file, 1);
  appendFileSync(file, Buffer.alloc(3 << 20, 0xff));
  await append(file, 2);
  appendFileSync(file, '\0\0\n{"half": \n\n[]\n');
  const values = [];
  for await (const { value, place } of readLines(file)) if (value !== undefined) values.push([value, (await new LineFile(file).readAt([place]))[0]]);
  expect(values).toEqual([[1, 1], [2, 2], [[], []]]);
});

it.skipIf(!existsSync('/proc/self/fd'))('is open only while it is used or held, and heals torn lines either way', async () => {
  const file = path.join(newFolder(), 'lines');
  const lines = new LineFile(file);
  const open = () => readdirSync('/proc/self/fd').filter((fd) => existsSync(`/proc/self/fd/${fd}`) && readlinkSync(`/proc/self/fd/${fd}`) === file).length;
  lines.hold();
  const [first, second] = await lines.append([1, 2]);
  expect(open()).toBe(1);
  appendFileSync(file, '{"torn": ');
  const third = (await lines.append([3]))[0]!;
  expect(await lines.readAt([third, first!])).toEqual([3, 1]);
  await lines.release();
  expect(open()).toBe(0);
  expect(await lines.readAt([second!])).toEqual([2]);
  expect(open()).toBe(0);
  expect((await all(file)).filter((value) => value !== undefined)).toEqual([1, 2, 3]);
});
