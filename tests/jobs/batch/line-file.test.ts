import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { appendLine, readLines, readLinesAt } from '../../../main/jobs/batch/line-file';
import { temporaryFolders } from '../../support/temporary-folder';

const newFolder = temporaryFolders();
const all = async (file: string) => {
  const values = [];
  for await (const { value } of readLines(file)) values.push(value);
  return values;
};

it('gives back what was appended, and where it lies', async () => {
  const file = path.join(newFolder(), 'lines');
  const places = [];
  for (const value of [{ a: 1 }, 'ü\n', null]) places.push(await appendLine(file, value));
  expect(await all(file)).toEqual([{ a: 1 }, 'ü\n', null]);
  expect(await readLinesAt(file, places.reverse())).toEqual([null, 'ü\n', { a: 1 }]);
});

it('loses nothing but the torn line, at every place where it can tear', async () => {
  const file = path.join(newFolder(), 'lines');
  await appendLine(file, { first: 'x' });
  const kept = readFileSync(file).length;
  await appendLine(file, { second: 'ü' });
  const whole = readFileSync(file);
  for (let length = kept; length < whole.length; length++) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    const place = await appendLine(file, { third: 1 });
    const values = await all(file);
    expect([values[0], values.at(-1)]).toEqual([{ first: 'x' }, { third: 1 }]);
    expect(await readLinesAt(file, [place])).toEqual([{ third: 1 }]);
    expect(values.filter((value) => value === undefined).length).toBeLessThanOrEqual(1);
  }
});

it('passes over garbage of any length', async () => {
  const file = path.join(newFolder(), 'lines');
  await appendLine(file, 1);
  appendFileSync(file, Buffer.alloc(3 << 20, 0xff));
  await appendLine(file, 2);
  appendFileSync(file, '\0\0\n{"half": \n\n[]\n');
  const values = [];
  for await (const { value, place } of readLines(file)) if (value !== undefined) values.push([value, (await readLinesAt(file, [place]))[0]]);
  expect(values).toEqual([[1, 1], [2, 2], [[], []]]);
});
