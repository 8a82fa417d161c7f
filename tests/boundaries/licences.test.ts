import { readFileSync } from 'node:fs';
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
