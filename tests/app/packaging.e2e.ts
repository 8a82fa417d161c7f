/** A package made by electron-builder around a stand-in for Electron's files: what is in it, and that it is enough to work. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../e2e/support/studio';
import { fakeElectronDist, fusesOf } from '../support/electron-dist';
import { startApp } from './support/stand-in';
import type { PreloadApi } from '../../main/contract/preload-api';

declare const window: { mamba: PreloadApi };
const builder = createRequire(import.meta.url)('electron-builder') as typeof import('electron-builder');
const MOST_MEGABYTES = 160; // without Electron itself

describe.skipIf(process.platform !== 'linux')('the package for Linux (made on Linux only)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mamba-package-'));
  const resources = path.join(folder, 'out', 'linux-unpacked', 'resources');
  const archive = path.join(resources, 'app.asar');
  let names: string[];
  beforeAll(async () => {
    await builder.build({
      targets: builder.Platform.LINUX.createTarget('dir'),
      config: { extends: 'electron-builder.yml', electronDist: fakeElectronDist(path.join(folder, 'electron')), directories: { output: path.join(folder, 'out') } },
    });
    names = listPackage(archive, { isPack: false });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    '/package.json',
    '/out/main/index.js',
    '/out/main/worker.js',
    '/out/preload/preload.cjs',
    '/out/renderer/index.html',
    '/models/bundled/nuclei/model.safetensors',
    '/models/bundled/speech-en/card.json',
    '/native-kernels/build/mamba_kernels.node',
    '/assets/cell.png',
    '/assets/icons/256x256.png',
    '/LICENSE',
  ])('has %s', (name) => expect(names).toContain(name));

  it.each([/^\/(tests|renderer|main|docs|release|node_modules\/(electron|vite|vitest|typescript|react|playwright-core))\//, /^\/models\/(training|architectures)\//, /\.map$/, /(darwin|win32)[-/].*\.(node|dylib|dll)$/, /^\/native-kernels\/.*\.(cc|h|so)$/, /\.built|\.tsc/])('has nothing of %s', (pattern) =>
    expect(names.filter((name) => pattern.test(name))).toEqual([]),
  );

  it.each(['native-kernels/build/mamba_kernels.node', `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`, `node_modules/@img/sharp-linux-${process.arch}`, 'models/bundled/nuclei/model.safetensors'])(
    'keeps %s outside of the archive',
    (name) => expect(existsSync(path.join(`${archive}.unpacked`, name))).toBe(true),
  );

  it('has the fuses set', () => {
    // runAsNode, cookieEncryption, nodeOptions, nodeCliInspect, asarIntegrity, onlyLoadAppFromAsar, v8Snapshot, fileProtocol
    expect(fusesOf(readFileSync(path.join(folder, 'out', 'linux-unpacked', 'mamba-studio')))).toMatch(/^0100110/);
  });

  it('is as small as it can be', () => {
    const unpackedBytes = names.filter((name) => existsSync(path.join(`${archive}.unpacked`, name))).reduce((sum, name) => sum + statSync(path.join(`${archive}.unpacked`, name)).size, 0);
    expect((statSync(archive).size + unpackedBytes) / 1e6).toBeLessThan(MOST_MEGABYTES);
  });

  it.skipIf(!hasChromium)('works with what is in it: a picture and a recording, through the window (needs Chromium)', async () => {
    const root = path.join(folder, 'extracted');
    extractAll(archive, root);
    const app = await startApp({ root });
    try {
      const call = (name: string, params: unknown = {}) => app.page.evaluate(([request, body]) => window.mamba.call(request as string, body), [name, params] as const);
      await app.page.locator('nav').first().waitFor();
      const { result: demos } = (await call('files.demos')) as { result: { id: string; kind: string }[] };
      for (const [kind, task] of [['image', 'segment'], ['audio', 'transcribe']] as const) {
        const { result } = (await call('jobs.submit', { task, file: demos.find((demo) => demo.kind === kind)!.id })) as { result: { id: string } };
        const job = async () => ((await call('jobs.list')) as { result: { id: string; state: string; device: string | null; error: unknown }[] }).result.find(({ id }) => id === result.id)!;
        await expect.poll(async () => (await job()).state, { timeout: 600_000 }).toMatch(/done|failed/);
        expect(await job()).toMatchObject({ state: 'done', error: null, device: 'native' });
      }
    } finally {
      await app.close();
    }
  });
});
