import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { RenditionCache } from '../../main/desk/rendition-cache';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Makes entries of a given size and counts how often. */
function maker(bytes = 1) {
  const made = { count: 0, make: async (staged: string) => {
    made.count++;
    await later();
    await writeFile(staged, Buffer.alloc(bytes));
  } };
  return made;
}

it('makes an entry once, for all who ask at the same time and after a restart', async () => {
  const folder = path.join(newFolder(), 'cache');
  const made = maker();
  const cache = new RenditionCache(folder, 100);
  const paths = await Promise.all([cache.get('a', made.make), cache.get('a', made.make)]);
  expect(paths).toEqual([path.join(folder, 'a'), path.join(folder, 'a')]);
  await cache.get('a', made.make);
  await new RenditionCache(folder, 100).get('a', made.make);
  expect(made.count).toBe(1);
});

it('passes a failure on to all who waited, leaves nothing, and tries again', async () => {
  const folder = newFolder();
  const cache = new RenditionCache(folder, 100);
  let failures = 0;
  const fail = async (staged: string) => {
    failures++;
    await writeFile(staged, 'half');
    throw new Error('no luck');
  };
  const results = await Promise.allSettled([cache.get('a', fail), cache.get('a', fail)]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(failures).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(await cache.get('a', maker().make))).toBe(true);
});

it('drops the least recently used above its limit, and never the newest', async () => {
  const folder = newFolder();
  const cache = new RenditionCache(folder, 100);
  for (const name of ['a', 'b', 'c']) {
    await cache.get(name, maker(30).make);
    await later();
  }
  await cache.get('a', maker().make);
  await later();
  await cache.get('d', maker(30).make);
  expect(readdirSync(folder).sort()).toEqual(['a', 'c', 'd']);
  await cache.get('huge', maker(1000).make);
  expect(readdirSync(folder)).toEqual(['huge']);
});

it('counts folders with all that is in them, and clears away what was not finished', async () => {
  const folder = newFolder();
  writeFileSync(path.join(folder, '.unfinished'), 'x');
  mkdirSync(path.join(folder, 'old'));
  writeFileSync(path.join(folder, 'old', 'part'), Buffer.alloc(90));
  await later();
  await new RenditionCache(folder, 100).get('new', maker(20).make);
  expect(readdirSync(folder)).toEqual(['new']);
});

it('makes an entry anew that somebody removed', async () => {
  const cache = new RenditionCache(newFolder(), 100);
  const file = await cache.get('a', maker().make);
  rmSync(file);
  expect(readFileSync(await cache.get('a', maker(3).make))).toHaveLength(3);
});

it('says what is wrong with the folder', async () => {
  const file = path.join(newFolder(), 'file');
  writeFileSync(file, '');
  await expect(new RenditionCache(file, 100).get('a', maker().make)).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});
