/** What can be said of the package without building it: the configuration is valid, and every file that it names is there. The package itself: packaging.e2e.ts. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { unpacked } from '../../native-kernels/lib/paths';

const require = createRequire(import.meta.url);
const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config') as {
  getConfig(folder: string, file: string | null, options: null): Promise<Record<string, unknown>>;
  validateConfiguration(config: unknown, log: { isEnabled: boolean; add(): void }): Promise<void>;
};
const log = { isEnabled: false, add: () => undefined };
const load = () => getConfig(process.cwd(), 'electron-builder.yml', null);

describe('electron-builder.yml', () => {
  it('fits the schema of electron-builder', async () => {
    await validateConfiguration(await load(), log);
  });

  it('is really checked: an unknown key is refused', async () => {
    await expect(validateConfiguration({ ...(await load()), linux: { targett: 'deb' } }, log)).rejects.toThrow(/Invalid configuration object/);
  });

  it('keeps Electron from running as anything but this application', async () => {
    expect((await load()).electronFuses).toMatchObject({ runAsNode: false, enableNodeOptionsEnvironmentVariable: false, onlyLoadAppFromAsar: true, enableEmbeddedAsarIntegrityValidation: true, enableCookieEncryption: true });
  });

  it('may record on a Mac: the hardened runtime wants it said in the signature too', async () => {
    const { hardenedRuntime, entitlements, entitlementsInherit } = (await load()).mac as Record<string, unknown>;
    expect([hardenedRuntime, entitlementsInherit]).toEqual([true, entitlements]);
    expect(readFileSync(entitlements as string, 'utf8')).toMatch(/<key>com\.apple\.security\.device\.audio-input<\/key>\s*<true\/>/);
  });

  it('starts with the file that the build writes', () => {
    expect((JSON.parse(readFileSync('package.json', 'utf8')) as { main: string }).main).toBe('./out/main/index.js');
  });
});

describe('icons', () => {
  it.each([16, 24, 32, 48, 64, 128, 256, 512, 1024])('%d pixels', async (size) => {
    expect(await sharp(`assets/icons/${size}x${size}.png`).metadata()).toMatchObject({ width: size, height: size, hasAlpha: true });
  });

  it('an .ico whose directory points at its PNG images', async () => {
    const ico = readFileSync('assets/icons/icon.ico');
    const count = ico.readUInt16LE(4);
    expect(count).toBeGreaterThanOrEqual(6);
    for (let index = 0; index < count; index++) {
      const [length, offset] = [ico.readUInt32LE(6 + 16 * index + 8), ico.readUInt32LE(6 + 16 * index + 12)];
      expect((await sharp(ico.subarray(offset, offset + length)).metadata()).width).toBe(ico[6 + 16 * index] || 256);
    }
  });

  it('an .icns whose entries fill it', () => {
    const icns = readFileSync('assets/icons/icon.icns');
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
    let at = 8;
    while (at < icns.length) at += icns.readUInt32BE(at + 4);
    expect(at).toBe(icns.length);
  });
});

it.each([
  ['/opt/Mamba Studio/resources/app.asar/node_modules/x', '/opt/Mamba Studio/resources/app.asar.unpacked/node_modules/x'],
  ['C:\\Mamba\\resources\\app.asar\\node_modules\\x', 'C:\\Mamba\\resources\\app.asar.unpacked\\node_modules\\x'],
  ['/opt/resources/app.asar.unpacked/x', '/opt/resources/app.asar.unpacked/x'],
  ['/home/me/mamba/node_modules/x', '/home/me/mamba/node_modules/x'],
])('libraries in %s are loaded from %s', (file, real) => expect(unpacked(file)).toBe(real));

