/** The paths of main/contract/resources.ts over real HTTP, with the real child behind them. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requests } from '../../main/contract/api';
import { batchInfo } from '../../main/contract/batch';
import { openResult, type OpenedFile } from '../../main/contract/media';
import { parseRange } from '../../main/ipc/resources/range';
import { resource } from '../../main/contract/resources';
import { asset, ASSETS, startServing, type TestServer } from './support/serving';

let dataDir: string;
let granted: string;
let server: TestServer;
let image: OpenedFile;
let sound: OpenedFile;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-test-'));
  granted = path.join(realpathSync(dataDir), 'granted');
  mkdirSync(granted);
  server = await startServing({ dataDir, folders: [ASSETS, granted] });
  const wire = await server.connect();
  const { result } = await wire.call('files.open', { paths: [asset('cell.png'), asset('jfk.wav')] });
  [image, sound] = openResult.parse(result).files as [OpenedFile, OpenedFile];
  wire.socket.close();
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const jfk = readFileSync(asset('jfk.wav'));

describe('GET /media', () => {
  it('is the file, byte for byte, with its type', async () => {
    const { status, headers, bytes } = await server.ask(resource.media(sound.id));
    expect(status).toBe(200);
    expect(bytes.equals(jfk)).toBe(true);
    expect(headers).toMatchObject({ 'content-type': 'audio/wav', 'content-length': String(jfk.length), 'accept-ranges': 'bytes', 'x-content-type-options': 'nosniff' });
    expect(headers['cache-control']).toContain('immutable');
    expect((await server.ask(resource.media(image.id))).headers['content-type']).toBe('image/png');
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=100-199', 100, 200],
    ['bytes=100-', 100, jfk.length],
    ['bytes=-5', jfk.length - 5, jfk.length],
    [`bytes=10-${jfk.length * 2}`, 10, jfk.length],
  ])('range %s', async (range, start, end) => {
    const { status, headers, bytes } = await server.ask(resource.media(sound.id), { headers: { range } });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${start}-${end - 1}/${jfk.length}`);
    expect(bytes.equals(jfk.subarray(start, end))).toBe(true);
  });

  it('a range behind the end is 416; one that is not understood gives the whole', async () => {
    const behind = await server.ask(resource.media(sound.id), { headers: { range: `bytes=${jfk.length}-` } });
    expect(behind).toMatchObject({ status: 416, headers: { 'content-range': `bytes */${jfk.length}` } });
    for (const range of ['bytes=5-1', 'bytes=', 'bytes=-', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=a-b']) {
      expect((await server.ask(resource.media(sound.id), { headers: { range } })).bytes.length, range).toBe(jfk.length);
    }
  });

  it('an unchanged file is not sent again; a range of another version is not mixed in', async () => {
    const { etag } = (await server.ask(resource.media(sound.id))).headers;
    expect(await server.ask(resource.media(sound.id), { headers: { 'if-none-match': `"other", ${etag}` } })).toMatchObject({ status: 304, text: '' });
    expect((await server.ask(resource.media(sound.id), { headers: { range: 'bytes=0-9', 'if-range': '"other"' } })).status).toBe(200);
    expect((await server.ask(resource.media(sound.id), { headers: { range: 'bytes=0-9', 'if-range': etag! } })).status).toBe(206);
  });

  it('HEAD has the headers only; other methods are refused', async () => {
    expect(await server.ask(resource.media(sound.id), { method: 'HEAD' })).toMatchObject({ status: 200, text: '', headers: { 'content-length': String(jfk.length) } });
    expect(await server.ask(resource.media(sound.id), { method: 'DELETE' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('closes the file when the browser stops listening', { skip: process.platform !== 'linux' }, async () => {
    const openFiles = () => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    for (let round = 0; round < 20; round++) {
      await new Promise<void>((resolve) => {
        const socket = net.connect(server.server.port, '127.0.0.1', () => socket.write(`GET ${resource.media(sound.id)} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${server.cookie}\r\n\r\n`));
        socket.once('data', () => socket.destroy());
        socket.once('close', () => resolve());
      });
    }
    await expect.poll(openFiles).toBeLessThanOrEqual(before + 2);
  });
});

describe('POST /upload', () => {
  const upload = (name: string, body: string | Uint8Array) => server.ask(resource.upload(name), { method: 'POST', body });

  it('opens what was sent, under its name and without a path', async () => {
    const { status, text } = await upload('Ä 測試 100%?.png', readFileSync(asset('cell.png')));
    expect(status).toBe(200);
    const { files, rejected } = openResult.parse(JSON.parse(text));
    expect(rejected).toEqual([]);
    expect(files).toMatchObject([{ name: 'Ä 測試 100%?.png', kind: 'image', path: '', bytes: statSync(asset('cell.png')).size }]);
    expect((await server.ask(resource.media(files[0]!.id))).bytes.equals(readFileSync(asset('cell.png')))).toBe(true);
  });

  it.each([
    ['an empty file', 'a.png', '', 'EMPTY_FILE'],
    ['a text', 'a.png', 'hello', 'UNKNOWN_FORMAT'],
    ['a page', 'a.html', '<html><script>', 'UNKNOWN_FORMAT'],
    ['a drawing with a script', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', 'UNKNOWN_FORMAT'],
  ])('%s is rejected and not kept', async (_, name, body, code) => {
    const before = readdirSync(path.join(dataDir, 'uploads')).length;
    expect(JSON.parse((await upload(name, body)).text)).toMatchObject({ files: [], rejected: [{ name, error: { code } }] });
    expect(readdirSync(path.join(dataDir, 'uploads'))).toHaveLength(before);
  });

  it.each(['../../../escape.png', '..\\..\\escape.png', '/etc/escape.png', 'C:\\escape.png', '.hidden.png', 'nul\0.png', `${'ü'.repeat(300)}.png`])('the name %j stays in the folder for uploads', async (name) => {
    const { files } = openResult.parse(JSON.parse((await upload(name, readFileSync(asset('cell.png')))).text));
    expect(files).toHaveLength(1);
    const kept = readdirSync(path.join(dataDir, 'uploads'), { recursive: true }).map(String);
    expect(kept.filter((each) => !/^[\w-]{36}([\\/][^\\/.][^\\/]*)?$/.test(each))).toEqual([]);
    expect(readdirSync(dataDir)).not.toContain('escape.png');
  });

  it('a nameless one is refused', async () => {
    expect((await server.ask('/upload', { method: 'POST', body: 'x' })).status).toBe(400);
  });

  it('one that breaks off leaves nothing and stops nobody', async () => {
    const before = readdirSync(path.join(dataDir, 'uploads')).length;
    const socket = net.connect(server.server.port, '127.0.0.1');
    socket.write(`POST /upload?name=a.png HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nCookie: ${server.cookie}\r\nContent-Length: 1000000\r\n\r\n\x89PNG`);
    await expect.poll(() => readdirSync(path.join(dataDir, 'uploads')).length).toBe(before + 1);
    socket.destroy();
    await expect.poll(() => readdirSync(path.join(dataDir, 'uploads')).length).toBe(before);
    expect((await server.ask('/')).status).toBe(200);
  });
});

describe('what is made of a file', () => {
  const magic = (bytes: Buffer) => bytes.toString('latin1', 0, 4);

  it('thumbnail and picture', async () => {
    const thumbnail = await server.ask(resource.thumbnail(image.id));
    expect([thumbnail.status, thumbnail.headers['content-type'], magic(thumbnail.bytes)]).toEqual([200, 'image/webp', 'RIFF']);
    expect((await server.ask(resource.picture(image.id))).headers['content-type']).toBe('image/png');
  });

  it('sound, waveform and spectrogram', async () => {
    const heard = await server.ask(resource.sound(sound.id), { headers: { range: 'bytes=0-3' } });
    expect([heard.status, heard.text]).toEqual([206, 'RIFF']);
    const waveform = await server.ask(resource.waveform(sound.id));
    expect(waveform.bytes.length).toBe(2 * 100 * 11); // pairs of 1/100 second, 11 s
    expect(magic((await server.ask(resource.spectrogram(sound.id, 0))).bytes)).toBe('\x89PNG');
    expect((await server.ask(resource.spectrogram(sound.id, 1))).status).toBe(400);
  });

  it('of the wrong kind is an error report', async () => {
    const { status, text, headers } = await server.ask(resource.waveform(image.id));
    expect(status).toBe(422);
    expect(JSON.parse(text)).toMatchObject({ code: 'WRONG_TASK' });
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('GET /output', () => {
  it('is a file that a batch has written, to be saved, as long as it is granted', async () => {
    copyFileSync(asset('coins.png'), path.join(granted, "coins (1)'ü.png"));
    const wire = await server.connect();
    const { result } = await wire.call('batch.start', { sources: [granted], tasks: [{ task: 'segment', formats: ['csv', 'labels'] }], outDir: null, template: '{name}', existing: 'skip' });
    const { id } = batchInfo.parse(result);
    const list = async () => requests['batch.items'].result.parse((await wire.call('batch.items', { batch: id, offset: 0, limit: 1 })).result).items[0];
    await expect.poll(async () => (await list())?.state, { timeout: 120_000 }).toBe('done');
    const { outputs } = (await list())!;
    expect(outputs).toHaveLength(2);
    for (const [number, file] of outputs.entries()) {
      const { status, headers, bytes } = await server.ask(resource.output(id, 0, number));
      expect(status).toBe(200);
      expect(bytes.equals(readFileSync(file))).toBe(true);
      expect(headers).toMatchObject({ 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(path.basename(file)).replace('(', '%28').replace(')', '%29').replace("'", '%27')}` });
    }
    expect((await server.ask(resource.output(id, 0, 2))).status).toBe(400);
    expect((await server.ask(resource.output(id, 1, 0))).status).toBe(400);
    rmSync(outputs[0]!);
    expect((await server.ask(resource.output(id, 0, 0))).status).toBe(404);
    symlinkSync('/etc/passwd', outputs[0]!);
    expect((await server.ask(resource.output(id, 0, 0))).status).toBe(403);
    wire.socket.close();
  });
});

describe('ranges', () => {
  it('of an empty file cannot be had', () => {
    expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseRange('bytes=-1', 0)).toBe('unsatisfiable');
    expect(parseRange(null, 0)).toBeUndefined();
    expect(parseRange('bytes=-0', 10)).toBe('unsatisfiable');
    expect(parseRange('bytes=-50', 10)).toEqual({ start: 0, end: 9 });
  });
});

it('the window says what it may load', async () => {
  const { headers } = await server.ask('/');
  expect(headers['content-security-policy']).toContain("script-src 'self'; worker-src 'self' blob:; connect-src 'self'");
  expect(headers['content-security-policy']).not.toContain('unsafe-eval');
  expect(headers['x-frame-options']).toBe('DENY');
  const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec((await server.ask('/')).text)![1]!;
  expect((await server.ask(script)).headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'private, max-age=31536000, immutable' });
});
