/** Inputs that are decoded ahead give what they give without, or are decoded anew. */
import { copyFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { decodeAhead, readImage, readSound } from '../../main/inference/worker/media/inputs';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();

async function samples(file: string): Promise<Float32Array> {
  const blocks: Float32Array[] = [];
  for await (const block of await readSound(file)) blocks.push(block);
  return Float32Array.from(blocks.flatMap((block) => [...block]));
}

it('gives the same picture', async () => {
  const wanted = await readImage('assets/coins.png');
  decodeAhead('assets/cell.png');
  decodeAhead('assets/coins.png');
  expect(await readImage('assets/coins.png')).toEqual(wanted);
  expect((await readImage('assets/cell.png')).width).toBe(550);
});

it.each(['assets/jfk.wav', 'assets/61-70968-0000.flac'])('gives the same sound: %s', async (file) => {
  const wanted = await samples(file);
  decodeAhead(file);
  expect(await samples(file)).toEqual(wanted);
});

it('decodes anew what has changed, what is gone and what is too large to be kept', async () => {
  const file = path.join(newFolder(), 'a.png');
  copyFileSync('assets/coins.png', file);
  decodeAhead(file);
  await new Promise((resolve) => setTimeout(resolve, 200));
  copyFileSync('assets/cell.png', file);
  utimesSync(file, 1, 1);
  expect((await readImage(file)).width).toBe(550);
  decodeAhead(path.join(newFolder(), 'gone.png'));
  await expect(readImage(path.join(newFolder(), 'gone.png'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

it('leaves the error of a damaged file to its own turn', async () => {
  const folder = newFolder();
  const [cut, text] = [path.join(folder, 'cut.wav'), path.join(folder, 'text.png')];
  copyFileSync('assets/61-70968-0000.flac', cut);
  truncateSync(cut, 30_000);
  writeFileSync(text, 'no picture');
  for (const file of [cut, text]) decodeAhead(file);
  await expect(samples(cut)).rejects.toMatchObject({ code: 'BAD_MEDIA' });
  await expect(readImage(text)).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' });
});
