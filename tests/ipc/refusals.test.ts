/** Serve mode refuses what it must: each a test of its own. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRaw, asset, startServing, type TestServer } from './support/serving';

const MESSAGE_BYTES = 64 * 1024;

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mamba-test-'));
  mkdirSync(path.join(folder, 'granted'));
  mkdirSync(path.join(folder, 'granted-not'));
  writeFileSync(path.join(folder, 'secret.wav'), 'RIFF');
  writeFileSync(path.join(folder, 'granted-not', 'secret.wav'), 'RIFF');
  symlinkSync(path.join(folder, 'secret.wav'), path.join(folder, 'granted', 'link.wav'));
  server = await startServing({ dataDir: path.join(folder, 'data'), folders: [path.join(folder, 'granted')], limits: { messageBytes: MESSAGE_BYTES, connections: 4 } });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const raw = (target: string, headers: Record<string, string | undefined> = {}, method = 'GET') => askRaw(server.server.port, target, { method, headers });

describe('token and cookie', () => {
  it('without a token or cookie everything is refused', async () => {
    for (const target of ['/', '/index.html', '/media/x', '/upload?name=a.png', '/nothing-here']) {
      const { status, text } = await raw(target);
      expect(status, target).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ code: 'NOT_ALLOWED', hint: expect.stringContaining('address that it printed') });
    }
  });

  it.each(['', 'x', 'A'.repeat(43), 'ä', '%00'])('the wrong token "%s" gives no cookie', async (token) => {
    const { status, headers } = await raw(`/?token=${encodeURIComponent(token)}`);
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('a token that is right but for its last character is wrong', async () => {
    const token = new URL(server.server.url).searchParams.get('token')!;
    expect((await raw(`/?token=${token.slice(0, -1)}`)).status).toBe(403);
    expect((await raw(`/?token=${token}x`)).status).toBe(403);
  });

  it('the token has 256 bits and is new for each server', async () => {
    const token = new URL(server.server.url).searchParams.get('token')!;
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const other = await startServing({ dataDir: path.join(folder, 'other') });
    expect(new URL(other.server.url).searchParams.get('token')).not.toBe(token);
    await other.close();
  });

  it('an address for the command line of a browser works once', async () => {
    const { pathname, search } = new URL(server.server.urlOnce());
    expect((await raw(pathname + search, {}, 'HEAD')).status).toBe(403);
    const first = await raw(pathname + search);
    expect([first.status, first.headers['set-cookie']]).toEqual([303, expect.anything()]);
    const second = await raw(pathname + search);
    expect([second.status, second.headers['set-cookie']]).toEqual([403, undefined]);
  });

  it('the token gives a cookie that scripts and other sites do not get, and leaves the address', async () => {
    const { status, headers } = await raw(new URL(server.server.url).search.replace(/^/, '/'));
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(headers['set-cookie']![0]).not.toContain(new URL(server.server.url).searchParams.get('token'));
    expect(headers['cache-control']).toBe('no-store');
  });

  it('the token opens only the front door', async () => {
    const token = new URL(server.server.url).searchParams.get('token')!;
    expect((await raw(`/media/x?token=${token}`)).status).toBe(403);
    expect((await raw(`/upload?name=a.png&token=${token}`, { origin: server.origin }, 'POST')).status).toBe(403);
  });

  it('a wrong cookie, and the token as a cookie, are refused', async () => {
    const [name, secret] = server.cookie.split('=') as [string, string];
    const token = new URL(server.server.url).searchParams.get('token')!;
    for (const cookie of [`${name}=`, `${name}=${token}`, `${name}=${secret}x`, `x${name}=${secret}`, secret]) {
      expect((await raw('/', { cookie })).status, cookie).toBe(403);
    }
    expect((await raw('/', { cookie: `a=b; ${server.cookie}; c=d` })).status).not.toBe(403);
  });
});

describe('origin', () => {
  const foreign = ['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost', 'https://127.0.0.1', 'file://'];

  it.each(foreign)('a page of %s may not send anything', async (origin) => {
    const { status, text } = await server.ask('/upload?name=a.png', { method: 'POST', headers: { origin }, body: 'x' });
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it.each(foreign)('a page of %s may not open a WebSocket', async (origin) => {
    await expect(server.connect({ origin })).rejects.toThrow('status 403');
  });

  it('nothing is changed for one who does not say where he comes from', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      expect((await server.ask('/upload?name=a.png', { method, headers: { origin: undefined } })).status, method).toBe(403);
    }
  });

  it('pictures and sounds are not shown in other pages', async () => {
    const headers = { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'image' }; // http://localhost:8080 sends the cookie along
    expect((await server.ask('/media/x', { headers })).status).toBe(403);
    expect((await server.ask('/', { headers: { 'sec-fetch-site': 'none' } })).status).not.toBe(403);
    expect((await server.ask('/')).headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  it('after a link on another page the cookie still arrives: no redirect, but a page that loads the window', async () => {
    const { status, headers, text } = await raw(new URL(server.server.url).search.replace(/^/, '/'), { 'sec-fetch-site': 'cross-site' });
    expect(status).toBe(200);
    expect(headers['set-cookie']).toHaveLength(1);
    expect(text).toContain('url=/');
  });
});

describe('host (DNS rebinding)', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', '127.0.0.2', '0.0.0.0', '[::]', '127.0.0.1:99999999', '127.0.0.1@evil.example'])('"%s" is not our name', async (host) => {
    const { status } = await raw(new URL(server.server.url).search.replace(/^/, '/'), { host, cookie: server.cookie });
    expect(status).toBe(403);
    await expect(server.connect({ host, origin: `http://${host}` })).rejects.toThrow('status 403');
  });

  it('no name at all is not our name', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = net.connect(server.server.port, '127.0.0.1', () => socket.write(`GET / HTTP/1.0\r\nCookie: ${server.cookie}\r\n\r\n`));
      socket.once('data', (data) => resolve(String(data)));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
  });

  it.each(['127.0.0.1:5000', 'localhost:5000', 'LOCALHOST', '[::1]:5000'])('"%s" is: an SSH tunnel may end at any port', async (host) => {
    expect((await raw('/', { host, cookie: server.cookie })).status).not.toBe(403);
    const wire = await server.connect({ host, origin: `http://${host}` });
    wire.socket.close();
  });

  it('only 127.0.0.1 is listened on', async () => {
    const outside = Object.values(networkInterfaces()).flat().find((each) => each && !each.internal && each.family === 'IPv4');
    const addresses = ['127.0.0.2', ...(outside ? [outside.address] : [])];
    for (const host of process.platform === 'linux' ? addresses : addresses.slice(1)) {
      const error = await new Promise<string>((resolve) => {
        const socket = net.connect({ host, port: server.server.port }, () => resolve('connected'));
        socket.on('error', (cause: NodeJS.ErrnoException) => resolve(cause.code ?? ''));
      });
      expect(error, host).toBe('ECONNREFUSED');
    }
  });
});

describe('paths', () => {
  it.each([
    '/../package.json',
    '/../../main/cli.js',
    '/assets/../../main/cli.js',
    '/%2e%2e/main/cli.js',
    '/%2e%2e%2fmain%2fcli.js',
    '/..%5cmain%5ccli.js',
    '/assets/%2e%2e/%2e%2e/preload/preload.cjs',
    '//etc/passwd',
    '/etc/passwd',
    '/.built/main',
    '/index.html%00.js',
    '/%',
    '/%ff.js',
    '/C:/Windows/win.ini',
    'http://evil.example/index.html',
  ])('%s is not in the window', async (target) => {
    const { status, text } = await server.ask(target);
    expect([400, 404, 200]).toContain(status);
    if (status === 200) expect(text).toContain('<div id="root"'); // an absolute address of another host means our own path
    expect(text).not.toContain('"name": "mamba-studio"');
    expect(text).not.toContain('root:');
  });

  it.each(['/assets', '/assets/', '/media/', '/result', '/upload/'])('%s lists nothing', async (target) => {
    expect((await server.ask(target)).status).toBeGreaterThanOrEqual(400);
  });

  it('files outside the granted folders are not opened, by whatever name', async () => {
    const wire = await server.connect();
    const paths = ['secret.wav', 'granted-not/secret.wav', 'granted/../secret.wav', 'granted/link.wav', 'granted/../granted-not', 'granted/\0/../../secret.wav'].map((name) => `${folder}/${name}`);
    const { result } = (await wire.call('files.open', { paths: [...paths, '/etc/passwd', '../../../etc/passwd', '~/.ssh/id_rsa', 'file:///etc/passwd'] })) as { result: { files: unknown[]; rejected: { error: { code: string } }[] } };
    expect(result.files).toEqual([]);
    expect(result.rejected.map(({ error }) => error.code)).toEqual(Array(10).fill('NOT_ALLOWED'));
    wire.socket.close();
  });

  it('outside, it is not told whether a file is there', async () => {
    const wire = await server.connect();
    const { result } = (await wire.call('files.open', { paths: ['/etc/passwd', '/etc/there-is-none'] })) as { result: { rejected: { error: { message: string } }[] } };
    const [there, missing] = result.rejected.map(({ error }) => error.message.replace(/\/etc\/[\w-]+/, ''));
    expect(there).toBe(missing);
    wire.socket.close();
  });

  it('folders outside are not listed, nor is what is above the granted ones', async () => {
    const wire = await server.connect();
    for (const wanted of [folder, '/', '/etc', path.join(folder, 'granted', '..')]) {
      expect((await wire.call('folders.list', { path: wanted })).error?.code, wanted).toBe('NOT_ALLOWED');
    }
    const { result } = (await wire.call('folders.list', { path: null })) as { result: { entries: { path: string }[] } };
    expect(result.entries.map((entry) => entry.path)).toEqual([path.join(folder, 'granted')]);
    const inside = (await wire.call('folders.list', { path: path.join(folder, 'granted') })) as { result: { parent: string | null; entries: unknown[] } };
    expect(inside.result).toMatchObject({ parent: null, entries: [] }); // the link leads outside
    wire.socket.close();
  });

  it('only ids of opened files are answered', async () => {
    for (const id of ['x', encodeURIComponent('/etc/passwd'), encodeURIComponent('../../etc/passwd'), asset('cell.png')]) {
      for (const what of ['media', 'thumbnail', 'picture', 'sound', 'waveform', 'result']) {
        expect((await server.ask(`/${what}/${id}`)).status, `/${what}/${id}`).toBeGreaterThanOrEqual(400);
      }
    }
  });

  it('a batch reads and writes only in the granted folders', async () => {
    const wire = await server.connect();
    const spec = { tasks: [{ task: 'segment', formats: ['labels'] }], outDir: null, template: '{name}', existing: 'skip' };
    const refused = await wire.call('batch.start', { ...spec, sources: ['/etc'] });
    expect(refused.error?.code).toBe('NOT_ALLOWED');
    const outside = await wire.call('batch.start', { ...spec, sources: [path.join(folder, 'granted')], outDir: path.join(folder, 'elsewhere') });
    expect(outside.error?.code).toBe('NOT_ALLOWED');
    wire.socket.close();
  });

  it('of what batches wrote only what is named by its item', async () => {
    for (const name of ['x', 'x/0/0', 'x/0/../0', `x/0/${encodeURIComponent('/etc/passwd')}`]) expect((await server.ask(`/output/${name}`)).status, name).toBeGreaterThanOrEqual(400);
  });
});

describe('size', () => {
  it('a WebSocket message over the limit ends that connection, with a reason, and no other', async () => {
    const [big, other] = [await server.connect(), await server.connect()];
    big.socket.send(JSON.stringify({ id: 1, call: 'logs.write', params: { level: 'info', message: 'x'.repeat(MESSAGE_BYTES) } }));
    expect((await big.closed).code).toBe(1009);
    expect((await other.call('settings.get')).error).toBeUndefined();
    other.socket.close();
  });

  it('a message in many small frames has the same limit', async () => {
    const wire = await server.connect();
    for (let i = 0; i < 100; i++) wire.socket.send('x'.repeat(1000), { fin: false });
    expect((await wire.closed).code).toBe(1009);
  });

  it('an upload that announces too much is refused before it is sent', async () => {
    const { status, text } = await server.ask('/upload?name=a.png', { method: 'POST', headers: { 'content-length': String(2 ** 40), expect: '100-continue' } }).catch(() => ({ status: 413, text: '{"code":"TOO_LARGE"}' }));
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('headers and addresses of any length do not stop the server', async () => {
    expect((await raw(`/${'a'.repeat(10_000)}`, { cookie: server.cookie })).status).toBe(413);
    expect((await raw('/', { cookie: server.cookie, 'x-long': 'a'.repeat(100_000) }).catch(() => ({ status: 431 }))).status).toBe(431);
    expect((await server.ask('/media/x')).status).toBe(403);
  });

  it('more windows than the limit are turned away', async () => {
    const wires = await Promise.all(Array.from({ length: 4 }, () => server.connect()));
    await expect(server.connect()).rejects.toThrow('status 503');
    for (const wire of wires) wire.socket.close();
    await Promise.all(wires.map((wire) => wire.closed));
  });
});
