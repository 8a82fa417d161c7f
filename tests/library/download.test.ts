import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { askSize, download } from '../../main/library/download';
import { serveFiles, type ServedFile } from '../support/file-server';
import { Random } from '../support/random';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const bytes = new Uint8Array(new Random(1).array(100_000).buffer);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const quick = { tries: 2, pauseMs: 10, stallMs: 1000 };

async function setUp(served: Partial<ServedFile> = {}) {
  const { url, requests } = await serveFiles({ model: { bytes, ...served } });
  const file = path.join(newFolder(), 'downloads', 'model');
  const fractions: number[] = [];
  const abort = new AbortController();
  const run = (wanted = {}) => download({ url: url('model'), bytes: bytes.length, sha256, ...wanted }, file, { ...quick, signal: abort.signal, onProgress: (fraction) => fractions.push(fraction) });
  return { run, file, requests, fractions, abort };
}

it('fetches a file whole, telling how far it is', async () => {
  const { run, file, fractions } = await setUp();
  await run();
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(fractions.at(-1)).toBe(1);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
});

it('goes on after a break from where it was', async () => {
  const { run, file, requests } = await setUp({ breakAfter: 150_000 });
  await run();
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(requests).toHaveLength(2);
  expect(requests[1]).toMatch(/^bytes=\d{4,6}-$/);
});

it('goes on after a server that fell silent', async () => {
  const { run, file, requests } = await setUp({ stall: true });
  await run();
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(requests).toHaveLength(2);
});

it('goes on with what an earlier run left, or begins again where the server cannot', async () => {
  for (const ignoreRange of [false, true]) {
    const { run, file, requests } = await setUp({ ignoreRange });
    await run();
    writeFileSync(file, bytes.subarray(0, 1000));
    await run();
    expect(requests).toEqual(['', 'bytes=1000-']);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  }
});

it('keeps what has come when the connection stays lost', async () => {
  const { run, file } = await setUp({ status: 503 });
  await run().catch(() => undefined);
  writeFileSync(file, bytes.subarray(0, 500));
  await expect(run()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('503') });
  expect(statSync(file).size).toBe(500);
  await expect(run({ url: 'http://127.0.0.1:9/model' })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
});

it('refuses other content than the one published, and keeps none of it', async () => {
  const { run, file } = await setUp();
  await expect(run({ sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'BAD_CHECKPOINT', message: expect.stringContaining('checksum') });
  expect(existsSync(file)).toBe(false);
  await expect(run({ bytes: 1000 })).rejects.toMatchObject({ code: 'BAD_CHECKPOINT', message: expect.stringContaining('more than') });
});

it('knows a file that lies in Git by its name there', async () => {
  const gitBlob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const { run, file } = await setUp();
  await run({ sha256: undefined, gitBlob });
  expect(existsSync(file)).toBe(true);
  await expect(run({ sha256: undefined, gitBlob: '0'.repeat(40) })).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
  expect(existsSync(file)).toBe(false);
});

it('asks a server for a size, whether or not it can send parts, and says where it does not tell', async () => {
  const ask = async (served: Partial<ServedFile>) => askSize((await serveFiles({ model: { bytes, ...served } })).url('model'), new AbortController().signal);
  expect(await ask({})).toBe(bytes.length);
  expect(await ask({ ignoreRange: true })).toBe(bytes.length);
  await expect(ask({ ignoreRange: true, noLength: true })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringContaining('how large') });
  await expect(ask({ status: 404 })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(ask({ status: 503 })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  await expect(askSize('http://127.0.0.1:9/model', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('says that a file is gone without trying again', async () => {
  const { run, requests } = await setUp({ status: 404 });
  await expect(run()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('404') });
  expect(requests).toHaveLength(1);
});

it('stops when cancelled', async () => {
  const { run, abort } = await setUp({ stall: true });
  const running = run();
  setTimeout(() => abort.abort(), 50);
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
});
