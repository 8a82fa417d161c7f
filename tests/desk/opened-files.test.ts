import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { Grants } from '../../main/fs/grants';
import { OpenedFiles } from '../../main/desk/opened-files';
import { safeName } from '../../main/desk/uploads';
import { temporaryFolders } from '../support/temporary-folder';

const ASSETS = fileURLToPath(new URL('../../assets', import.meta.url));
const folder = temporaryFolders();
let root: string;
let dataDir: string;
const at = (...names: string[]) => path.join(root, ...names);
const put = (asset: string, name: string) => copyFileSync(path.join(ASSETS, asset), at(name));
const files = (grants = Grants.all(), extra = {}) => new OpenedFiles({ dataDir, grants, ...extra });

beforeEach(() => {
  root = realpathSync(folder());
  dataDir = path.join(root, 'data');
});

describe('open', () => {
  it('tells the kind by the content, whatever the name says', async () => {
    put('cell.png', 'really.wav');
    put('jfk.wav', 'sound');
    put('hubble_deep_field.jpg', 'x.png');
    const { files: opened } = await files().open([at('really.wav'), at('sound'), at('x.png')]);
    expect(opened.map(({ name, kind }) => [name, kind])).toEqual([['really.wav', 'image'], ['sound', 'audio'], ['x.png', 'image']]);
  });

  it('models are told by their names, damaged files by the reader that will explain them', async () => {
    writeFileSync(at('a.safetensors'), 'x');
    writeFileSync(at('b.PTH'), 'PK\x03\x04');
    writeFileSync(at('c.wav'), '\0\x01\x02\xff\xfe');
    const { files: opened } = await files().open([at('a.safetensors'), at('b.PTH'), at('c.wav')]);
    expect(opened.map(({ kind }) => kind)).toEqual(['model', 'model', 'audio']);
  });

  it('one bad path never hides the others', async () => {
    put('cell.png', 'good.png');
    writeFileSync(at('empty.png'), '');
    writeFileSync(at('text.png'), 'hello');
    writeFileSync(at('page.pdf'), '%PDF-1.7');
    mkdirSync(at('nothing'));
    const { files: opened, rejected } = await files().open([at('none.png'), at('empty.png'), at('good.png'), at('text.png'), at('page.pdf'), at('nothing'), '/dev/null']);
    expect(opened.map(({ name }) => name)).toEqual(['good.png']);
    expect(rejected.map(({ name, error }) => [name, error.code])).toEqual([
      ['none.png', 'FILE_NOT_FOUND'],
      ['empty.png', 'EMPTY_FILE'],
      ['text.png', 'UNKNOWN_FORMAT'],
      ['page.pdf', 'UNKNOWN_FORMAT'],
      ['nothing', 'FILE_NOT_FOUND'],
      ['null', 'NOT_A_FILE'],
    ]);
    for (const { error } of rejected) expect(error.hint).not.toBe('');
  });

  it('a folder gives the media files below it, in the order that people count, without what is hidden or leads outside', async () => {
    for (const name of ['in', 'in/deep', 'in/.hidden', 'out']) mkdirSync(at(name));
    for (const name of ['in/cell10.png', 'in/cell2.png', 'in/deep/a.png', 'in/.hidden/b.png', 'in/.c.png', 'out/secret.png']) put('cell.png', name);
    writeFileSync(at('in', 'notes.txt'), 'hello');
    writeFileSync(at('in', 'archive.zip'), 'PK');
    symlinkSync(at('out', 'secret.png'), at('in', 'link.png'));
    symlinkSync(at('in'), at('in', 'deep', 'loop'));
    const { files: opened, rejected } = await files(await Grants.to([at('in')])).open([at('in')]);
    expect(opened.map(({ name }) => name)).toEqual(['cell2.png', 'cell10.png', 'a.png']);
    expect(rejected).toEqual([]);
  });

  it("a model's folder gives the model", async () => {
    mkdirSync(at('model'));
    writeFileSync(at('model', 'card.json'), '{}');
    writeFileSync(at('model', 'model.safetensors'), 'x');
    expect((await files().open([at('model')])).files).toMatchObject([{ name: 'model.safetensors', kind: 'model' }]);
  });

  it('names of any script are kept', async () => {
    const names = ['größe Ä.png', '測試 文件.png', "it's; rm -rf $(x) `y` & z.png", 'emoji 🐍.png', '  spaces  .png'];
    for (const name of names) put('cell.png', name);
    const { files: opened } = await files().open(names.map((name) => at(name)));
    expect(opened.map(({ name }) => name)).toEqual(names);
  });

  it('the same content has the same id, also in another session; changed content has another', async () => {
    put('cell.png', 'a.png');
    const [one, again, other] = [await files().open([at('a.png'), at('a.png')]), await files().open([at('a.png')]), (utimesSync(at('a.png'), 1, 1), await files().open([at('a.png')]))];
    expect(one.files).toHaveLength(1);
    expect(again.files[0]!.id).toBe(one.files[0]!.id);
    expect(other.files[0]!.id).not.toBe(one.files[0]!.id);
    expect(one.files[0]!.id).toMatch(/^[\w-]{1,64}$/);
  });

  it('get knows opened files only', async () => {
    put('cell.png', 'a.png');
    const opened = files();
    const { id } = (await opened.open([at('a.png')])).files[0]!;
    expect(opened.get(id)).toMatchObject({ path: at('a.png'), mediaType: 'image/png', file: { path: at('a.png') } });
    expect(() => opened.get('other')).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }));
    expect(() => files().get(id)).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }));
  });

  it('names go to those who must not repeat them', async () => {
    put('cell.png', 'my patient.png');
    const concealed: string[] = [];
    await files(Grants.all(), { conceal: (...texts: string[]) => concealed.push(...texts) }).open([at('my patient.png')]);
    expect(concealed).toEqual(expect.arrayContaining(['my patient.png', 'my patient']));
  });
});

describe('recent', () => {
  it('has the latest first, once each, and only what can still be opened', async () => {
    for (const name of ['a.png', 'b.png', 'c.png']) put('cell.png', name);
    const opened = files();
    await opened.open([at('a.png'), at('b.png')]);
    await opened.open([at('c.png')]);
    await opened.open([at('a.png')]);
    expect((await files().recent()).map(({ name }) => name)).toEqual(['a.png', 'c.png', 'b.png']);
    await Promise.all([opened.open([at('c.png')]), opened.open([at('b.png')]), opened.open([at('a.png')])]);
    expect(await files().recent()).toEqual(await opened.recent());
    mkdirSync(at('granted'));
    expect(await files(await Grants.to([at('granted')])).recent()).toEqual([]);
    expect(existsSync(path.join(dataDir, 'recent.json'))).toBe(true);
  });

  it('a damaged list is an empty one', async () => {
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, 'recent.json'), '[{"path":5}]');
    expect(await files().recent()).toEqual([]);
  });
});

describe('uploads', () => {
  const stream = (...parts: (string | Uint8Array)[]) => new Blob(parts as BlobPart[]).stream();
  const kept = () => (existsSync(path.join(dataDir, 'uploads')) ? readdirSync(path.join(dataDir, 'uploads')) : []);
  const png = '\x89PNG\r\n\x1a\n';
  const bytes = Buffer.from(png, 'latin1');

  it('over the limit are stopped while they come, and removed', async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => (given++, controller.enqueue(new Uint8Array(1000))) });
    const { rejected } = await files(Grants.all(), { uploadLimit: 10_000 }).upload('big.png', endless);
    expect(rejected).toMatchObject([{ name: 'big.png', error: { code: 'TOO_LARGE' } }]);
    expect(given).toBeLessThan(20);
    expect(kept()).toEqual([]);
  });

  it('that fail on the way are rejected, and removed', async () => {
    const failing = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) });
    expect((await files().upload('a.png', failing)).rejected).toHaveLength(1);
    expect(kept()).toEqual([]);
  });

  it('of earlier sessions go, unless a job has adopted them', async () => {
    const earlier = files();
    const [used, unused] = [await earlier.upload('used.png', stream(bytes)), await earlier.upload('unused.png', stream(bytes))];
    expect([used.rejected, unused.rejected, kept().length]).toEqual([[], [], 2]);
    const input = earlier.get(used.files[0]!.id).path;

    const later = files();
    const adopted = await later.adopt(input, 'used.png', 'image');
    await later.clearUploads();
    expect(kept()).toHaveLength(1);
    expect(adopted).toEqual(used.files[0]);
    expect(existsSync(input)).toBe(true);
  });

  it('that come again are the same file; another name or content is another one', async () => {
    const opened = files();
    const ids: string[] = [];
    for (const [name, more] of [['a.png', '1'], ['a.png', '1'], ['b.png', '1'], ['a.png', '2'], ['a.png', '1']] as const) ids.push((await opened.upload(name, stream(bytes, more))).files[0]!.id);
    expect(ids.map((id) => ids.indexOf(id))).toEqual([0, 0, 2, 3, 0]);
    expect(kept()).toHaveLength(3);
    const [one, two] = await Promise.all([opened.upload('c.png', stream(bytes)), opened.upload('c.png', stream(bytes))]);
    expect(one.files).toEqual(two.files);
    expect(kept()).toHaveLength(4);
    expect((await files().upload('a.png', stream(bytes, '1'))).files[0]!.id).toBe(ids[0]); // after a restart, too
  });

  it('do not appear among the recent files', async () => {
    const opened = files();
    await opened.upload('a.png', stream(bytes));
    expect(await opened.recent()).toEqual([]);
  });

  it.each([
    ['a.png', 'a.png'],
    ['../../a.png', 'a.png'],
    ['..\\a.png', 'a.png'],
    ['..', 'file'],
    ['', 'file'],
    ['.png', 'png'],
    ['a/', 'file'],
    ['a:b?"<>|*.png', 'a_b______.png'],
    ['a.png. . ', 'a.png'],
    [`${'x'.repeat(500)}.wav`, `${'x'.repeat(100)}.wav`],
  ])('the name %j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });
});
