import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  dev?: boolean;
  license?: string;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const shipped = Object.entries(packages).filter(([place, { dev }]) => place.startsWith('node_modules/') && !dev);
const COPYLEFT = /GPL/; // also LGPL and AGPL
const LIBVIPS = /^node_modules\/@img\/sharp-/; // sharp loads it as a library of its own, which users may replace

/** An SPDX expression: of alternatives one that is free of it is enough. */
const isCopyleft = (licence: string) => licence.split(' OR ').every((alternative) => COPYLEFT.test(alternative));

it('what is shipped has a licence, and none of the GPL family but libvips, which sharp loads', () => {
  expect(shipped.length).toBeGreaterThan(50);
  expect(shipped.filter(([, { license }]) => !license)).toEqual([]);
  const found = shipped.filter(([place, { license }]) => isCopyleft(license!) && !LIBVIPS.test(place)).map(([place, { license }]) => `${place}: ${license}`);
  expect(found).toEqual([]);
});

it('would find one', () => {
  expect(['LGPL-3.0-or-later', 'MIT AND GPL-2.0-only', 'AGPL-3.0-only OR GPL-3.0-only'].every(isCopyleft)).toBe(true);
  expect(['MIT', '(MIT OR GPL-3.0-or-later)', 'MPL-2.0'].some(isCopyleft)).toBe(false);
});

/** What is compiled from other languages inside of shipped packages, whose declared licence need not be that of its contents; a name stands also for the packages of each system. */
const COMPILED: Record<string, string> = {
  '@img/sharp': 'sharp: Apache-2.0; libvips: LGPL-3.0-or-later, a library of its own',
  '@msgpackr-extract/msgpackr-extract': 'its own C++: MIT',
  '@wasm-audio-decoders/common': 'puff, which inflates: Zlib',
  long: 'a few instructions for whole numbers of 64 bits: Apache-2.0',
  'node-web-audio-api': 'web-audio-api and the Rust crates under it: BSD-3-Clause, MIT, Apache-2.0; Symphonia: MPL-2.0',
  'onnxruntime-node': 'ONNX Runtime: MIT',
  'opus-decoder': 'libopus: BSD-3-Clause',
  undici: 'llhttp: MIT',
};
const MACHINE_CODE = /\.(node|so|dll|dylib|wasm)$|\.so\.[0-9.]+$/;
const SCRIPT = /\.[cm]?js$/;

function isCompiled(place: string): boolean {
  return readdirSync(place, { withFileTypes: true }).some((entry) => {
    const inside = `${place}/${entry.name}`;
    if (entry.isDirectory()) return entry.name !== 'node_modules' && isCompiled(inside);
    return MACHINE_CODE.test(entry.name) || (SCRIPT.test(entry.name) && /WebAssembly\.(compile|instantiate|Module|Instance)/.test(readFileSync(inside, 'latin1')));
  });
}

it('what is shipped compiled, WebAssembly too, is on a list of what it contains', () => {
  const places = shipped.map(([place]) => place).filter((place) => existsSync(place) && isCompiled(place));
  const packageOf = (place: string) => Object.keys(COMPILED).find((name) => place === `node_modules/${name}` || place.startsWith(`node_modules/${name}-`));
  expect(places.filter((place) => !packageOf(place))).toEqual([]);
  expect(places.map(packageOf)).toEqual(expect.arrayContaining(['@img/sharp', 'onnxruntime-node', 'opus-decoder', 'undici'])); // it finds both kinds
});
