import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Grants } from '../../main/fs/grants';
import { temporaryFolders } from '../support/temporary-folder';

const folder = temporaryFolders();
let root: string;
const at = (...names: string[]) => path.join(root, ...names);

beforeEach(() => {
  root = realpathSync(folder());
  for (const name of ['open', 'open/deep', 'opened', 'closed']) mkdirSync(at(name));
  for (const name of ['open/a.png', 'open/deep/b.png', 'open/..c.png', 'opened/d.png', 'closed/e.png']) writeFileSync(at(name), 'x');
  symlinkSync(at('closed'), at('open', 'way-out'));
  symlinkSync(at('open', 'a.png'), at('open', 'inside'));
  symlinkSync(at('open'), at('other-name'));
});

describe('Grants', () => {
  it('lets through what lies below a granted folder, as its real path', async () => {
    const grants = await Grants.to([at('open')]);
    expect(await grants.check(at('open', 'deep', 'b.png'))).toBe(at('open', 'deep', 'b.png'));
    expect(await grants.check(at('open', 'deep', '..', 'a.png'))).toBe(at('open', 'a.png'));
    expect(await grants.check(at('open', 'inside'))).toBe(at('open', 'a.png'));
    expect(await grants.check(at('other-name', 'a.png'))).toBe(at('open', 'a.png'));
    expect(await grants.check(at('open'))).toBe(at('open'));
    expect(await grants.check(at('open', '..c.png'))).toBe(at('open', '..c.png'));
    expect(await grants.check(path.relative('.', at('open', 'a.png')))).toBe(at('open', 'a.png'));
  });

  it.each([['closed', 'e.png'], ['opened', 'd.png'], ['.'], ['open', '..'], ['open', '..', 'closed', 'e.png'], ['open', 'way-out', 'e.png'], ['open', 'way-out'], ['closed', 'none']])('refuses %s/%s', async (...names) => {
    const grants = await Grants.to([at('open')]);
    await expect(grants.check(root + path.sep + names.join(path.sep))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('what is missing inside is FILE_NOT_FOUND', async () => {
    const grants = await Grants.to([at('open')]);
    await expect(grants.check(at('open', 'none.png'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it.each(['', '/', '\0', 'a\0b', '//', '/proc/self/root', '/dev/fd/0'])('refuses %j', async (name) => {
    const grants = await Grants.to([at('open')]);
    await expect(grants.check(name)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('without folders nothing is granted; with all, everything that is there', async () => {
    await expect((await Grants.to([])).check(at('open', 'a.png'))).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await Grants.all().check(at('open', 'way-out', 'e.png'))).toBe(at('closed', 'e.png'));
    await expect(Grants.all().check(at('none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('a folder that does not exist cannot be granted; the root of the disk can', async () => {
    await expect(Grants.to([at('none')])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await (await Grants.to([path.parse(root).root])).check(at('closed', 'e.png'))).toBe(at('closed', 'e.png'));
  });

  it('a folder yet to be made must lie below a granted one', async () => {
    const grants = await Grants.to([at('open')]);
    expect(await grants.checkNew(at('open', 'new', 'newer'))).toBe(at('open', 'new', 'newer'));
    expect(await grants.checkNew(at('open'))).toBe(at('open'));
    for (const wanted of [at('new'), at('open', 'way-out', 'new'), at('open', 'new', '..', '..', 'closed', 'new')]) {
      await expect(grants.checkNew(wanted)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
  });
});
