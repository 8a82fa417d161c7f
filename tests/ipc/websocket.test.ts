import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asset, ASSETS, startServing, type TestServer } from './support/serving';

let dataDir: string;
let server: TestServer;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'mamba-test-'));
  server = await startServing({ dataDir, folders: [ASSETS] });
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const stillThere = async () => {
  const wire = await server.connect();
  expect((await wire.call('settings.get')).result).toBeDefined();
  wire.socket.close();
};

describe('requests', () => {
  it('are answered by id, in any order', async () => {
    const wire = await server.connect();
    wire.socket.send(JSON.stringify({ id: 70, call: 'app.info', params: {} }));
    wire.socket.send(JSON.stringify({ id: 7, call: 'settings.get', params: {} }));
    expect((await wire.seen((message) => message.id === 7)).result).toMatchObject({ theme: 'system' });
    const { result } = await wire.seen((message) => message.id === 70);
    expect(result).toMatchObject({ transport: 'serve', systemDialogs: false, dataFolder: dataDir, native: { available: expect.any(Boolean) } });
    wire.socket.close();
  });

  it('events reach every window', async () => {
    const wires = [await server.connect(), await server.connect()];
    await wires[0]!.call('settings.set', { theme: 'dark' });
    for (const wire of wires) expect((await wire.seen(({ event }) => event === 'settings')).body).toMatchObject({ theme: 'dark', language: 'system' });
    for (const wire of wires) wire.socket.close();
  });

  it('open files and tell their facts', async () => {
    const wire = await server.connect();
    const { result } = (await wire.call('files.open', { paths: [asset('cell.png'), asset('jfk.wav'), asset('SOURCE.md')] })) as { result: { files: { id: string; kind: string }[]; rejected: { name: string; error: { code: string } }[] } };
    expect(result.files.map(({ kind }) => kind)).toEqual(['image', 'audio']);
    expect(result.rejected).toMatchObject([{ name: 'SOURCE.md', error: { code: 'UNKNOWN_FORMAT' } }]);
    expect((await wire.call('files.facts', { file: result.files[1]!.id })).result).toEqual({ kind: 'audio', seconds: 11 });
    expect((await wire.call('files.facts', { file: 'unknown' })).error?.code).toBe('NOT_ALLOWED');
    wire.socket.close();
  });

  it('demos are there without a grant', async () => {
    const wire = await server.connect();
    const { result } = (await wire.call('files.demos')) as { result: { name: string }[] };
    expect(result.map(({ name }) => name)).toContain('coins.png');
    wire.socket.close();
  });

  it.each(['files.pick', 'folders.pick'])('%s is NOT_AVAILABLE in a browser', async (name) => {
    const wire = await server.connect();
    expect((await wire.call(name)).error).toMatchObject({ code: 'NOT_AVAILABLE', hint: expect.stringMatching(/\w/) });
    expect((await wire.call('shell.reveal', { path: ASSETS })).error?.code).toBe('NOT_AVAILABLE');
    wire.socket.close();
  });

  it.each([
    ['an unknown name', 'files.steal', {}],
    ['a name of Object', 'constructor', {}],
    ['a name of Object.prototype', '__proto__', {}],
    ['missing parameters', 'files.open', undefined],
    ['a wrong type', 'files.open', { paths: 'x' }],
    ['nothing to open', 'files.open', { paths: [] }],
    ['a number out of range', 'logs.read', { limit: 1e9 }],
    ['an array', 'settings.set', []],
  ])('%s is BAD_USAGE', async (_, name, params) => {
    const wire = await server.connect();
    expect((await wire.call(name, params)).error).toMatchObject({ code: 'BAD_USAGE', message: expect.stringMatching(/\w/) });
    wire.socket.close();
  });
});

describe('garbage', () => {
  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['half of it', '{"id":1,'],
    ['null', 'null'],
    ['an array', '[1,2]'],
    ['no id', '{"call":"settings.get"}'],
    ['an id that is no number', '{"id":"1","call":"settings.get"}'],
    ['a call that is no text', '{"id":1,"call":{}}'],
    ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('%s ends the connection with a reason', async (_, text) => {
    const wire = await server.connect();
    wire.socket.send(text);
    expect(await wire.closed).toMatchObject({ code: 1008, reason: expect.stringContaining('Expected') });
    await stillThere();
  });

  it('bytes instead of text, and text that is no UTF-8, end the connection', async () => {
    const [binary, broken] = [await server.connect(), await server.connect()];
    binary.socket.send(randomBytes(100), { binary: true });
    expect((await binary.closed).code).toBe(1008);
    broken.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
    expect((await broken.closed).code).toBe(1007);
    await stillThere();
  });

  it('random bytes in place of frames end the connection', async () => {
    for (let round = 0; round < 10; round++) {
      const wire = await server.connect();
      const underneath = (wire.socket as unknown as { _socket: net.Socket })._socket;
      underneath.write(randomBytes(2000));
      underneath.end();
      await wire.closed;
    }
    await stillThere();
  });

  it('a broken handshake ends the connection', async () => {
    const socket = net.connect(server.server.port, '127.0.0.1');
    socket.write(`GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nCookie: ${server.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: no\r\n\r\n`);
    const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    socket.destroy();
    await stillThere();
  });

  it('a window that vanishes in the middle of a call harms nobody', async () => {
    for (let round = 0; round < 5; round++) {
      const wire = await server.connect();
      wire.socket.send(JSON.stringify({ id: 1, call: 'files.open', params: { paths: [ASSETS] } }));
      wire.socket.terminate();
    }
    await stillThere();
  });
});
