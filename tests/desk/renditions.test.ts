import { cpSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { AppError } from '../../main/contract/errors';
import type { OpenedFile } from '../../main/contract/media';
import { Renditions } from '../../main/desk/renditions';
import type { InferenceHost } from '../../main/inference/host';
import { realHost } from '../support/services';
import { sweep } from '../support/sound';
import { temporaryFolders } from '../support/temporary-folder';
import { int16, wavFile } from '../support/wav';

const newFolder = temporaryFolders();
const host = realHost();

/** Renditions over the real child; `served` lists what it was asked. */
function open(files: Record<string, { path: string; kind: OpenedFile['kind'] }>, dataDir = newFolder()) {
  const served: string[] = [];
  const counting: Pick<InferenceHost, 'serve'> = { serve: (request, options) => (served.push(request.service), host.serve(request, options)) };
  const get = (id: string) => {
    const file = files[id];
    if (!file) throw new AppError('NOT_ALLOWED', 'no such file');
    return { path: file.path, file: { id, name: path.basename(file.path), kind: file.kind, bytes: 1, path: '' } };
  };
  return { renditions: new Renditions({ dataDir, files: { get }, host: counting }), served, dataDir };
}

async function picture(name: string): Promise<string> {
  const file = path.join(newFolder(), name);
  await sharp({ create: { width: 600, height: 400, channels: 3, background: '#ffffff', noise: { type: 'gaussian', mean: 128, sigma: 60 } } }).toFile(file);
  return file;
}

function recording(): string {
  const file = path.join(newFolder(), 'talk.wav');
  writeFileSync(file, wavFile(int16(sweep(2)), { sampleRate: 16_000 }));
  return file;
}

it('gives thumbnails, made once for equal requests, kept over a restart, made anew when the file changes', async () => {
  const file = await picture('a.png');
  const { renditions, served, dataDir } = open({ a: { path: file, kind: 'image' } });
  const [first, second] = await Promise.all([renditions.thumbnail('a'), renditions.thumbnail('a')]);
  expect(first).toEqual(second);
  expect(first.contentType).toBe('image/webp');
  expect(first.path.startsWith(path.join(dataDir, 'cache'))).toBe(true);
  expect(await sharp(first.path).metadata()).toMatchObject({ format: 'webp', width: 320 });
  const again = open({ a: { path: file, kind: 'image' } }, dataDir);
  expect(await again.renditions.thumbnail('a')).toEqual(first);
  expect([served, again.served]).toEqual([['thumbnail'], []]);
  utimesSync(file, new Date(), new Date(statSync(file).mtimeMs + 2000));
  expect((await again.renditions.thumbnail('a')).path).not.toBe(first.path);
});

it('serves the file itself where a browser shows it, else a PNG', async () => {
  const [png, tif] = [await picture('a.png'), await picture('a.tif')];
  const { renditions, served } = open({ png: { path: png, kind: 'image' }, tif: { path: tif, kind: 'image' } });
  for (let i = 0; i < 2; i++) expect(await renditions.picture('png')).toEqual({ path: png, contentType: 'image/png' });
  const drawn = await renditions.picture('tif');
  expect(drawn.contentType).toBe('image/png');
  expect(await sharp(drawn.path).metadata()).toMatchObject({ format: 'png', width: 600 });
  expect(served).toEqual(['picture', 'picture']);
});

it('gives facts, waveform, spectrogram and sound of a recording, the drawings from one pass', async () => {
  const { renditions, served } = open({ talk: { path: recording(), kind: 'audio' }, model: { path: 'x', kind: 'model' } });
  expect(await renditions.facts('talk')).toEqual({ kind: 'audio', seconds: 2 });
  expect(await renditions.facts('model')).toEqual({ kind: 'model' });
  const [waveform, tile] = await Promise.all([renditions.waveform('talk'), renditions.spectrogram('talk', 0)]);
  expect(readFileSync(waveform.path)).toHaveLength(400);
  expect(await sharp(tile.path).metadata()).toMatchObject({ width: 100, height: 128 });
  for (const tile of [1, -1, 0.5]) await expect(renditions.spectrogram('talk', tile)).rejects.toMatchObject({ code: 'BAD_USAGE' });
  expect(readFileSync((await renditions.sound('talk')).path).subarray(0, 4).toString()).toBe('RIFF');
  expect(served).toEqual(['facts', 'overview', 'sound']);
});

it('gives a clear error when the child dies, and works at the next try', async () => {
  const file = path.join(newFolder(), 'long.wav');
  writeFileSync(file, wavFile(int16(new Float32Array(16_000 * 300))));
  const { renditions, served } = open({ long: { path: file, kind: 'audio' } });
  await host.serve({ service: 'facts', params: { input: file, kind: 'audio' } }); // the child is there
  process.kill(host.pid!, 'SIGSTOP'); // and cannot be through before it dies
  const first = renditions.waveform('long');
  first.catch(() => undefined);
  await expect.poll(() => served).toContain('overview');
  process.kill(host.pid!, 'SIGKILL');
  await expect(first).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
  expect(readFileSync((await renditions.waveform('long')).path)).toHaveLength(2 * 100 * 300);
});

it('says what is wrong with a file', async () => {
  const text = path.join(newFolder(), 'a.png');
  writeFileSync(text, 'words');
  const { renditions } = open({ text: { path: text, kind: 'image' }, gone: { path: '/nowhere/a.png', kind: 'image' } });
  await expect(renditions.thumbnail('text')).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' });
  await expect(renditions.picture('gone')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(renditions.thumbnail('other')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  cpSync(await picture('b.png'), text);
  expect((await renditions.thumbnail('text')).contentType).toBe('image/webp');
});
