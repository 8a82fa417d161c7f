import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { readImageData } from '../../main/eval/image-data';
import { readLabelFile } from '../../main/eval/label-file';
import { connectedRegions } from '../../main/eval/regions';
import { readSpeechData } from '../../main/eval/speech-data';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const test = { split: 'test' };

/** Writes files given as { 'path/in/folder': content }. */
function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

const manifest = 'set\tsplit\tutt\tspeaker\tseconds\ttext\nan4\ttest\tu1\ts\t1\tONE TWO\nan4\ttrain\tu2\ts\t1\tTHREE\nother\ttest\tu3\ts\t1\tFOUR\n';

it('reads a speech manifest: split, sets, one set, from the folder above too', async () => {
  const folder = folderWith({ 'speech/manifest.tsv': manifest });
  const speech = path.join(folder, 'speech');
  const u1 = { set: 'an4', input: path.join(speech, 'an4', 'u1.opus'), text: 'ONE TWO' };
  expect(await readSpeechData(speech, { split: 'test', set: 'an4' })).toEqual([u1]);
  expect((await readSpeechData(folder, test)).map(({ set }) => set)).toEqual(['an4', 'other']);
  await expect(readSpeechData(folder, { split: 'dev' })).rejects.toMatchObject({ code: 'BAD_USAGE', hint: expect.stringContaining('an4 train') });
});

it('names the column that a manifest lacks', async () => {
  const folder = folderWith({ 'manifest.tsv': 'set\tsplit\tutt\nan4\ttest\tu1\n' });
  await expect(readSpeechData(folder, test)).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('text') });
});

it('pairs recordings with texts of the same name', async () => {
  const folder = folderWith({ 'a.wav': 'x', 'a.txt': 'hello', 'b.mp3': 'x', 'notes.txt': 'y' });
  expect(await readSpeechData(folder, test)).toEqual([{ set: path.basename(folder), input: path.join(folder, 'a.wav'), text: 'hello' }]);
  await expect(readSpeechData(newFolder(), test)).rejects.toMatchObject({ code: 'BAD_USAGE' });
  await expect(readSpeechData('/missing', test)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

it('reads an image set: the folder itself, or all with instances below', async () => {
  const set = { 'split.tsv': 'id\tsplit\nx\ttest\ny\ttrain\n', 'images/x.webp': 'i', 'images/y.webp': 'i', 'instances/x.png': 'm', 'instances/y.png': 'm' };
  const folder = folderWith({
    ...Object.fromEntries(Object.entries(set).map(([name, content]) => [`images/nuclei/${name}`, content])),
    'images/classes-only/split.tsv': 'id\tsplit\nz\ttest\n',
  });
  const nuclei = path.join(folder, 'images', 'nuclei');
  const expected = [{ set: 'nuclei', input: path.join(nuclei, 'images/x.webp'), truth: { path: path.join(nuclei, 'instances/x.png'), kind: 'labels' } }];
  for (const start of [nuclei, path.join(folder, 'images'), folder]) expect(await readImageData(start, test, 'instances')).toMatchObject(expected);
});

it('says which id of a split has no files', async () => {
  const folder = folderWith({ 'split.tsv': 'id\tsplit\nx\ttest\n', 'images/x.webp': 'i', 'instances/other.png': 'm' });
  await expect(readImageData(folder, test, 'instances')).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('x is missing') });
});

it('pairs images with masks in each of the plain layouts', async () => {
  const pairs = async (files: string[]) => {
    const folder = folderWith(Object.fromEntries(files.map((name) => [name, 'x'])));
    return (await readImageData(folder, test, 'instances')).map(({ input, truth }) => [path.relative(folder, input), path.relative(folder, truth.path), truth.kind]);
  };
  expect(await pairs(['a.tif', 'masks/a.png', 'b.tif'])).toEqual([['a.tif', 'masks/a.png', 'regions']]);
  expect(await pairs(['images/a.png', 'masks/a.png'])).toEqual([['images/a.png', 'masks/a.png', 'regions']]);
  expect(await pairs(['a.png', 'a_mask.png'])).toEqual([['a.png', 'a_mask.png', 'regions']]);
  expect(await pairs(['a.jpg', 'a.png'])).toEqual([['a.jpg', 'a.png', 'regions']]);
  expect(await pairs(['a.png', 'instances/a.png'])).toEqual([['a.png', 'instances/a.png', 'labels']]);
});

it('reads labels of any depth: 16 bit, palette, colour without alpha, one bit', async () => {
  const image = { width: 2, height: 1 };
  const packed = new Uint8Array([0b0100_0000]);
  const folder = folderWith({
    'grey.png': encode({ ...image, depth: 16, channels: 1, data: new Uint16Array([0, 300]) }),
    'palette.png': encode({ ...image, depth: 8, channels: 1, data: new Uint8Array([0, 1]), palette: [[9, 9, 9], [1, 2, 3]] }),
    'colour.png': encode({ ...image, depth: 8, channels: 4, data: new Uint8Array([0, 0, 0, 255, 1, 2, 3, 255]) }),
    'bits.png': encode({ ...image, depth: 1, channels: 1, data: packed }),
  });
  const labels = async (name: string) => [...(await readLabelFile(path.join(folder, name))).labels];
  expect(await labels('grey.png')).toEqual([0, 300]);
  expect(await labels('palette.png')).toEqual([0, 1]);
  expect(await labels('colour.png')).toEqual([0, 0x010203]);
  expect(await labels('bits.png')).toEqual([0, 1]);
  await expect(labels('missing.png')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

it('numbers connected regions of one value, diagonals included', () => {
  const { labels } = connectedRegions({ width: 4, height: 3, labels: Uint32Array.from([7, 0, 0, 7, 0, 7, 0, 7, 5, 5, 0, 0]) });
  expect([...labels]).toEqual([1, 0, 0, 2, 0, 1, 0, 2, 3, 3, 0, 0]);
});

it('takes masks as classes for a model that names the class of each pixel', async () => {
  const pairs = async (files: string[], start = '.') => {
    const folder = folderWith(Object.fromEntries(files.map((name) => [name, name.endsWith('.tsv') ? 'id\tsplit\nx\ttest\n' : 'x'])));
    return (await readImageData(path.join(folder, start), test, 'classes')).map(({ input, truth }) => [path.relative(folder, input), path.relative(folder, truth.path), truth.kind]);
  };
  const set = ['streets/split.tsv', 'streets/images/x.jpg', 'streets/masks/x.png', 'cells/split.tsv', 'cells/images/x.jpg', 'cells/instances/x.png'];
  for (const start of ['.', 'streets']) expect(await pairs(set, start)).toEqual([['streets/images/x.jpg', 'streets/masks/x.png', 'classes']]);
  expect(await pairs(['a.jpg', 'a.png', 'b.jpg', 'instances/b.png'])).toEqual([['a.jpg', 'a.png', 'classes']]);
  await expect(pairs(set, 'cells')).rejects.toMatchObject({ code: 'BAD_INPUT', hint: expect.stringContaining('masks/<id>.png') });
});
