/** `hf:` names against a local server laid out as the Hugging Face Hub. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { defaultSettings } from '../../main/contract/settings';
import type { CatalogueEntry } from '../../main/library/catalogue';
import { Library } from '../../main/library/library';
import { SE_MAMBA } from '../../native-kernels/bench/cases/se-mamba';
import { seededFile } from '../support/seeded';
import { realHost } from '../support/services';
import { temporaryFolders } from '../support/temporary-folder';

const newFolder = temporaryFolders();
const host = realHost();
const SHA = 'a'.repeat(40);
const weights = seededFile(SE_MAMBA);
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())));

interface Trouble {
  files?: Record<string, Uint8Array>;
  sha256?: string; // instead of the right one
  size?: number;
  breakAfter?: number; // bytes of the file, once
  silent?: boolean;
}

/** The Hub's API and its files, which it hands out by a redirect, as it does for large ones. */
async function hub({ files = { 'model.safetensors': weights }, sha256, size, silent, ...trouble }: Trouble = {}, offered?: CatalogueEntry[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url!);
    asked.push(url);
    if (silent) return;
    if (url === '/api/models/someone/denoiser?blobs=true') {
      const siblings = Object.entries(files).map(([rfilename, bytes]) => ({ rfilename, size: bytes.length, lfs: { sha256: sha256 ?? createHash('sha256').update(bytes).digest('hex'), size: size ?? bytes.length, pointerSize: 130 } }));
      return void response.end(JSON.stringify({ id: 'someone/denoiser', sha: SHA, siblings, cardData: { license: 'mit' }, more: 1 }));
    }
    const resolved = /^\/someone\/denoiser\/resolve\/a+\/(.+)$/.exec(url);
    if (resolved) return void response.writeHead(302, { location: `/cdn/${resolved[1]}` }).end();
    const bytes = files[url.replace('/cdn/', '')];
    if (!url.startsWith('/cdn/') || !bytes) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from, ...(from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }) });
    const cut = trouble.breakAfter;
    delete trouble.breakAfter;
    if (cut === undefined) return void response.end(bytes.subarray(from));
    response.write(bytes.subarray(from, cut), () => setTimeout(() => response.destroy(), 30));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dataDir = newFolder();
  const library = new Library({ dataDir, host, settings: { get: () => ({ ...defaultSettings, threads: 1 }) }, download: { tries: 2, pauseMs: 10, stallMs: 2000 }, hub: endpoint, ...(offered && { catalogue: offered }) });
  return { library, asked, endpoint, dataDir };
}

it('the only weights of a repository are installed, from the commit that was asked about', async () => {
  const { library, asked, endpoint, dataDir } = await hub();
  expect(await library.addFromHub('hf:someone/denoiser')).toMatchObject({ id: 'denoiser', task: 'enhance', architecture: 'se-mamba', licence: 'mit', source: `${endpoint}/someone/denoiser`, origin: 'installed' });
  expect(asked).toEqual(['/api/models/someone/denoiser?blobs=true', `/someone/denoiser/resolve/${SHA}/model.safetensors`, '/cdn/model.safetensors']);
  expect(readdirSync(path.join(dataDir, 'downloads'))).toEqual([]);
});

it('the catalogue offers files of the Hub, which is asked for size and checksum when they are installed', async () => {
  const offer: CatalogueEntry = { id: 'offered', name: 'Offered', task: 'enhance', architecture: 'se-mamba', licence: 'MIT', summary: 'A denoiser', page: 'https://example.org/x', hub: 'hf:someone/denoiser/model.safetensors', figures: [], limits: [] };
  const { library, dataDir } = await hub({}, [offer]);
  expect((await library.list()).find(({ id }) => id === 'offered')).toMatchObject({ origin: 'catalogue', bytes: null });
  expect(await library.install('offered')).toMatchObject({ id: 'offered', origin: 'installed', bytes: weights.length, licence: 'MIT' });
  expect(readdirSync(path.join(dataDir, 'downloads'))).toEqual([]);
  const other = await hub({ sha256: '0'.repeat(64) }, [offer]);
  await expect(other.library.install('offered')).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
  const away = await hub({ files: {} }, [offer]);
  await expect(away.library.install('offered')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  expect((await away.library.list()).find(({ id }) => id === 'offered')).toMatchObject({ installing: null });
});

it('a file is named by its path, and a dropped connection gone on with', async () => {
  const { library, asked } = await hub({ files: { 'other.safetensors': new Uint8Array(9), 'a b/model.safetensors': weights }, breakAfter: 100_000 });
  expect((await library.addFromHub('hf:someone/denoiser/a b/model.safetensors')).architecture).toBe('se-mamba');
  expect(asked.filter((url) => url.startsWith('/cdn/'))).toHaveLength(2);
});

it.each([
  ['several files', { files: { 'a.pth': weights, 'b.pth': weights } }, 'hf:someone/denoiser', 'UNKNOWN_MODEL', 'several files of weights: a.pth, b.pth'],
  ['no weights', { files: { 'README.md': weights } }, 'hf:someone/denoiser', 'UNKNOWN_MODEL', 'no file of weights; its files: README.md'],
  ['no such file', {}, 'hf:someone/denoiser/x.pth', 'UNKNOWN_MODEL', 'has no file x.pth'],
  ['no such repository', {}, 'hf:someone/else', 'UNKNOWN_MODEL', 'shows no model someone/else (HTTP 404)'],
  ['no name', {}, 'hf:denoiser', 'UNKNOWN_MODEL', 'is no name'],
  ['a path upwards', {}, 'hf:../denoiser', 'UNKNOWN_MODEL', 'is no name'],
  ['corrupt bytes', { sha256: 'b'.repeat(64) }, 'hf:someone/denoiser', 'BAD_CHECKPOINT', 'another checksum'],
  ['a length that is too small', { size: 1000 }, 'hf:someone/denoiser', 'BAD_CHECKPOINT', 'more than the 1000 bytes'],
  ['a length that is too large', { size: weights.length + 5 }, 'hf:someone/denoiser', 'DOWNLOAD_FAILED', 'could not be downloaded'],
  ['weights of no known family', { files: { 'x.safetensors': seededFile({ 'TSMamba.0.strange.weight': [3] }) } }, 'hf:someone/denoiser', 'BAD_CHECKPOINT', 'no known architecture: 1 tensors, TSMamba.0.strange.weight [3]'],
])('%s', async (_, trouble: Trouble, name, code, message) => {
  const { library } = await hub(trouble);
  await expect(library.addFromHub(name)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

it('closing the library cancels a question that nobody answers', async () => {
  const { library } = await hub({ silent: true });
  const added = library.addFromHub('hf:someone/denoiser');
  setTimeout(() => void library.close(), 50);
  await expect(added).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('without a network it says so', async () => {
  const library = new Library({ dataDir: newFolder(), host, settings: { get: () => defaultSettings }, hub: 'http://127.0.0.1:9' });
  await expect(library.addFromHub('hf:someone/denoiser')).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', hint: expect.stringContaining('add a model as a file') });
});

it('from the command line, where HF_ENDPOINT names the Hub', async () => {
  const { endpoint, dataDir } = await hub();
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, ['out/main/cli.js', 'models', 'add', 'hf:someone/denoiser', '--data-dir', dataDir], { env: { ...process.env, HF_ENDPOINT: endpoint } }, (error, out) => (error ? reject(error) : resolve(out)));
  });
  expect(output).toBe('Installed SEMamba for enhance as denoiser\n');
});

it('goes through the proxy of the environment', async () => {
  const { endpoint, dataDir } = await hub();
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url!);
    const { hostname, port } = new URL(endpoint);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  servers.push(proxy);
  const env = { ...process.env, HF_ENDPOINT: 'http://hub.invalid', HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, NO_PROXY: '', no_proxy: '' };
  const error = await new Promise<Error | null>((resolve) => execFile(process.execPath, ['out/main/cli.js', 'models', 'add', 'hf:someone/denoiser', '--data-dir', dataDir], { env }, (failed) => resolve(failed)));
  expect(error).toBeNull();
  expect(new Set(tunnels)).toEqual(new Set(['hub.invalid:80']));
});
