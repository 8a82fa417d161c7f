import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'fast-png';
import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { realHost } from '../../support/services';
import { temporaryFolders } from '../../support/temporary-folder';

const newFolder = temporaryFolders();
const host = realHost();

/** A picture from bright red (top left) over green to dark blue. */
function colours(width = 64, height = 40): Sharp {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    return [255 - 4 * x, 2 * x, x < width / 2 ? 255 : 0][i % 3]!;
  });
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function file(name: string, bytes: Uint8Array | Promise<Uint8Array>) {
  const input = path.join(newFolder(), name);
  writeFileSync(input, await bytes);
  return { input, staged: `${input}.staged` };
}

const wide = (brightest: number) => encode({ width: 16, height: 8, channels: 1, depth: 16, data: Uint16Array.from({ length: 128 }, (_, i) => Math.round((i / 127) * brightest)) });

it('tells size and samples from the header, upright', async () => {
  const facts = async (name: string, bytes: Uint8Array | Promise<Uint8Array>) => host.serve({ service: 'facts', params: { input: (await file(name, bytes)).input, kind: 'image' } });
  expect(await facts('a.jpg', colours().withMetadata({ orientation: 6 }).jpeg().toBuffer())).toEqual({ kind: 'image', width: 40, height: 64, channels: 3, bitDepth: 8 });
  expect(await facts('a.png', wide(65535))).toEqual({ kind: 'image', width: 16, height: 8, channels: 1, bitDepth: 16 });
  const frames = await Promise.all([colours(), colours().negate()].map((frame) => frame.png().toBuffer()));
  expect(await facts('a.gif', sharp(frames, { join: { animated: true } }).gif().toBuffer())).toEqual({ kind: 'image', width: 64, height: 40, channels: 3, bitDepth: 8, pages: 2 });
  await expect(facts('a.txt', Buffer.from('words'))).rejects.toMatchObject({ code: 'UNKNOWN_FORMAT' });
  await expect(facts('cut.png', (await colours().png().toBuffer()).subarray(0, 20))).rejects.toMatchObject({ code: 'BAD_MEDIA' });
  await expect(host.serve({ service: 'facts', params: { input: '/nowhere/a.png', kind: 'image' } })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('/nowhere/a.png') });
});

it.skipIf(process.platform !== 'linux')('keeps no picture mapped whose header it has read: on Windows it could not be deleted (Linux tells)', async () => {
  const { input } = await file('a.webp', colours().webp().toBuffer());
  await host.serve({ service: 'facts', params: { input, kind: 'image' } });
  const maps = readFileSync(`/proc/${host.pid}/maps`, 'utf8');
  expect(maps).toContain('libvips');
  expect(maps).not.toContain(input);
});

it('draws thumbnails of at most 320 pixels, upright, and never larger than the picture', async () => {
  const large = await file('large.jpg', colours().resize(1000, 500, { fit: 'fill' }).withMetadata({ orientation: 6 }).jpeg().toBuffer());
  await host.serve({ service: 'thumbnail', params: large });
  expect(await sharp(large.staged).metadata()).toMatchObject({ format: 'webp', width: 160, height: 320 });
  const small = await file('small.png', colours().png().toBuffer());
  await host.serve({ service: 'thumbnail', params: small });
  expect(await sharp(small.staged).metadata()).toMatchObject({ width: 64, height: 40 });
});

it('stretches dark pictures in thumbnails as in the picture', async () => {
  const dark = await file('dark.png', wide(900));
  await host.serve({ service: 'thumbnail', params: dark });
  const { data } = await sharp(dark.staged).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect(Math.max(...data)).toBeGreaterThan(240);
});

it.each([
  ['png', 'image/png', () => colours().png()],
  ['jpg', 'image/jpeg', () => colours().jpeg()],
  ['webp', 'image/webp', () => colours().webp()],
  ['gif', 'image/gif', () => colours().gif()],
  ['avif', 'image/avif', () => colours().avif()],
])('lets the browser show a plain %s itself', async (suffix, type, make) => {
  const params = await file(`a.${suffix}`, make().toBuffer());
  expect(await host.serve({ service: 'picture', params })).toEqual({ original: type });
  expect(existsSync(params.staged)).toBe(false);
});

it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
  ['a TIFF', () => colours().tiff().toBuffer()],
  ['16 bits', () => wide(65535)],
  ['CMYK', () => colours().toColourspace('cmyk').jpeg().toBuffer()],
  ['a dark picture', () => colours().linear(0.2, 0).png().toBuffer()],
  ['a turned JPEG', () => colours().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['a turned WebP', () => colours().withMetadata({ orientation: 3 }).webp().toBuffer()],
  ['transparency', () => colours().ensureAlpha(0.5).png().toBuffer()],
])('draws %s as an 8-bit PNG', async (_, make) => {
  const params = await file('a.bin', make());
  expect(await host.serve({ service: 'picture', params })).toEqual({ original: null });
  expect(readFileSync(params.staged).subarray(1, 4).toString()).toBe('PNG');
  const { data } = await sharp(params.staged).raw().toBuffer({ resolveWithObject: true });
  expect(await sharp(params.staged).metadata()).toMatchObject({ depth: 'uchar', hasAlpha: false });
  expect(Math.max(...data)).toBeGreaterThan(200);
});

it('leaves nothing of a damaged picture', async () => {
  const params = await file('cut.tif', (await colours(640, 480).tiff().toBuffer()).subarray(0, 2000));
  await expect(host.serve({ service: 'picture', params })).rejects.toMatchObject({ code: 'BAD_MEDIA' });
  await expect(host.serve({ service: 'thumbnail', params })).rejects.toMatchObject({ code: 'BAD_MEDIA' });
  expect(existsSync(params.staged)).toBe(false);
});
