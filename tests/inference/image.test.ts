import { readdirSync } from 'node:fs';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../main/inference/worker/media/image';
import { readShared, sharedMissing, sharedPath } from '../support/shared-files';

/** A colour picture with no symmetry, 6 x 4. */
const PIXELS = Uint8Array.from({ length: 6 * 4 * 3 }, (_, i) => (i * 11) % 256);
const RAW = { raw: { width: 6, height: 4, channels: 3 } } as const;
const colour = () => sharp(PIXELS, RAW);

/** Smooth, so that lossy formats stay near. */
const SMOOTH = Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => Math.floor(i / 3 / 64) * 3 + ((i / 3) % 64 | 0) + (i % 3) * 20);
const smooth = () => sharp(SMOOTH, { raw: { width: 64, height: 48, channels: 3 } });

const code = (name: string) => expect.objectContaining({ name: 'AppError', code: name, hint: expect.stringMatching(/\w/) });

describe('openImage reads', () => {
  it.each([
    ['PNG', () => smooth().png(), 0],
    ['JPEG', () => smooth().jpeg({ quality: 100 }), 6],
    ['progressive JPEG', () => smooth().jpeg({ quality: 100, progressive: true }), 6],
    ['lossless WebP', () => smooth().webp({ lossless: true }), 0],
    ['TIFF', () => smooth().tiff({ compression: 'none' }), 0],
    ['tiled LZW TIFF', () => smooth().tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }), 0],
    ['GIF', () => smooth().gif(), 40], // 256 colours
    ['AVIF', () => smooth().avif({ quality: 100, chromaSubsampling: '4:4:4' }), 6],
  ])('%s', async (_name, make, tolerance) => {
    const image = await openImage(await make().toBuffer());
    expect(image).toMatchObject({ width: 64, height: 48, channels: 3, bitDepth: 8 });
    expect(Math.max(...image.data.map((value, i) => Math.abs(value - SMOOTH[i]!)))).toBeLessThanOrEqual(tolerance);
  });

  it('16-bit colour as it is', async () => {
    const data = Uint16Array.from({ length: 6 * 4 * 3 }, (_, i) => (i * 911) % 65536);
    const image = await openImage(encode({ width: 6, height: 4, channels: 3, depth: 16, data }));
    expect(image).toEqual({ width: 6, height: 4, channels: 3, bitDepth: 16, data });
  });

  it.each([8, 16] as const)('%i-bit grey as one channel', async (depth) => {
    const data = depth === 8 ? Uint8Array.from([1, 2, 3, 254, 0, 255]) : Uint16Array.from([1, 2, 300, 65_000, 0, 65_535]);
    const image = await openImage(encode({ width: 3, height: 2, channels: 1, depth, data }));
    expect(image).toEqual({ width: 3, height: 2, channels: 1, bitDepth: depth, data });
  });

  it('a 16-bit TIFF as a microscope writes it', async () => {
    const image = await openImage(greyTiff(4, 2, Uint16Array.from([0, 1, 256, 4095, 40_000, 65_535, 7, 8])));
    expect(image).toMatchObject({ width: 4, height: 2, channels: 1, bitDepth: 16 });
    expect([...image.data]).toEqual([0, 1, 256, 4095, 40_000, 65_535, 7, 8]);
  });

  it('transparent pixels on white', async () => {
    const rgba = Uint8Array.from([10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 51]);
    const image = await openImage(encode({ width: 3, height: 1, channels: 4, depth: 8, data: rgba }));
    expect([image.channels, ...image.data]).toEqual([3, 10, 20, 30, 255, 255, 255, 206, 208, 210]);
    const grey = await openImage(encode({ width: 2, height: 1, channels: 2, depth: 16, data: Uint16Array.from([1000, 65_535, 1000, 0]) }));
    expect([grey.channels, grey.bitDepth, ...grey.data]).toEqual([1, 16, 1000, 65_535]);
  });

  it('an indexed PNG as its colours', async () => {
    const image = await openImage(encode({ width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(1, 0), palette: [[9, 8, 7], [200, 100, 50]] }));
    expect([image.channels, ...image.data]).toEqual([3, 200, 100, 50, 9, 8, 7]);
  });

  it('CMYK as sRGB', async () => {
    const image = await openImage(await sharp({ create: { width: 8, height: 8, channels: 3, background: '#c02020' } }).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
    expect(image).toMatchObject({ width: 8, height: 8, channels: 3, bitDepth: 8 });
    const [red, green, blue] = image.data;
    expect(Math.abs(red! - 0xc0) + Math.abs(green! - 0x20) + Math.abs(blue! - 0x20)).toBeLessThan(40); // the round trip through printing inks
  });

  it('the first picture of an animation', async () => {
    const frames = sharp(Uint8Array.from([...Array(48).fill(0), ...Array(48).fill(255)]), { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } });
    const image = await openImage(await frames.gif().toBuffer());
    expect(image).toMatchObject({ width: 4, height: 4 });
    expect(Math.max(...image.data)).toBe(0);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i upright', async (orientation) => {
    const upright = Uint8Array.from({ length: 32 * 16 }, (_, i) => (i % 32 < 16 ? 0 : 160) + (i < 32 * 8 ? 0 : 60)); // four quarters, four greys
    const stored = lay(upright, 32, 16, orientation);
    const image = await openImage(await stored.withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer());
    expect([image.width, image.height]).toEqual([32, 16]);
    const at = (x: number, y: number) => image.data[(y * 32 + x) * image.channels]!;
    [[4, 4, 0], [28, 4, 160], [4, 12, 60], [28, 12, 220]].forEach(([x, y, grey]) => expect(Math.abs(at(x!, y!) - grey!)).toBeLessThan(4));
  });

  it.each([[1, 1], [30_000, 10], [10, 30_000]])('%i x %i pixels', async (width, height) => {
    const image = await openImage(await sharp({ create: { width, height, channels: 3, background: '#123456' } }).png().toBuffer());
    expect([image.width, image.height, ...image.data.slice(-3)]).toEqual([width, height, 0x12, 0x34, 0x56]);
  });

  const missing = sharedMissing('demo');
  it.skipIf(missing)(`every picture of the demo ${missing ?? ''}`, async () => {
    const pictures = readdirSync(sharedPath('demo')).filter((name) => /\.(png|jpg)$/.test(name));
    expect(pictures.length).toBeGreaterThan(5);
    for (const name of pictures) {
      const image = await openImage(readShared(`demo/${name}`));
      expect(image.data).toHaveLength(image.width * image.height * image.channels);
    }
  });
});

describe('openImage refuses', () => {
  it('an empty file', async () => {
    await expect(openImage(new Uint8Array())).rejects.toThrow(code('EMPTY_FILE'));
  });

  it('text, naming what it found', async () => {
    await expect(openImage(Buffer.from('this is no picture\n'))).rejects.toThrow(code('UNKNOWN_FORMAT'));
    await expect(openImage(Buffer.from('this is no picture\n'))).rejects.toThrow('this is text');
  });

  it.each([
    ['SVG', '<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['BMP', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0'],
    ['PDF', '%PDF-1.7'],
  ])('%s by name', async (name, head) => {
    await expect(openImage(Buffer.from(head, 'latin1'))).rejects.toThrow(code('UNKNOWN_FORMAT'));
    await expect(openImage(Buffer.from(head, 'latin1'))).rejects.toThrow(name);
  });

  it.each([
    ['MP3', 'ID3\x04\0'],
    ['MP3', '\xff\xfb\x90\x64'],
    ['WAV', 'RIFF\x24\0\0\0WAVEfmt '],
    ['FLAC', 'fLaC\0'],
    ['Ogg', 'OggS\0'],
    ['MPEG-4', '\0\0\0\x1cftypM4A \0\0\0\0'],
  ])('a recording (%s), pointing to the other task', async (name, head) => {
    await expect(openImage(Buffer.from(head, 'latin1'))).rejects.toThrow(code('WRONG_TASK'));
    await expect(openImage(Buffer.from(head, 'latin1'))).rejects.toThrow(name);
  });

  it.each([
    ['PNG', () => smooth().png()],
    ['JPEG', () => smooth().jpeg()],
    ['progressive JPEG', () => smooth().jpeg({ progressive: true })],
    ['WebP', () => smooth().webp()],
    ['TIFF', () => smooth().tiff({ compression: 'lzw' })],
    ['GIF', () => smooth().gif()],
    ['AVIF', () => smooth().avif()],
  ])('a %s that is cut off anywhere', async (_name, make) => {
    const whole = await make().toBuffer();
    for (const part of [0.3, 0.6, 0.9]) {
      await expect(openImage(whole.subarray(0, Math.floor(whole.length * part)))).rejects.toThrow(code('BAD_MEDIA'));
    }
  });

  it('a PNG with damaged bytes', async () => {
    const bytes = await colour().png().toBuffer();
    bytes.fill(0xaa, bytes.length - 40, bytes.length - 20);
    await expect(openImage(bytes)).rejects.toThrow(code('BAD_MEDIA'));
  });

  it('more pixels than allowed, before decoding them', async () => {
    const header = await sharp({ create: { width: 100, height: 50, channels: 3, background: 'red' } }).png().toBuffer();
    await expect(openImage(header, { pixelLimit: 4999 })).rejects.toThrow(code('TOO_LARGE'));
    await expect(openImage(header, { pixelLimit: 5000 })).resolves.toMatchObject({ width: 100 });
    const bomb = Buffer.from(header);
    bomb.writeUInt32BE(400_000, 16);
    bomb.writeUInt32BE(400_000, 20);
    await expect(openImage(bomb)).rejects.toThrow(code('TOO_LARGE'));
  });
});

/** Where a stored pixel belongs in the upright picture (right and bottom are its last column and row), as the EXIF standard defines each orientation. */
const UPRIGHT: Record<number, (column: number, row: number, right: number, bottom: number) => [x: number, y: number]> = {
  1: (column, row) => [column, row],
  2: (column, row, right) => [right - column, row],
  3: (column, row, right, bottom) => [right - column, bottom - row],
  4: (column, row, _right, bottom) => [column, bottom - row],
  5: (column, row) => [row, column],
  6: (column, row, right) => [right - row, column],
  7: (column, row, right, bottom) => [right - row, bottom - column],
  8: (column, row, _right, bottom) => [row, bottom - column],
};

/** `upright` as a camera stores it with an orientation. */
function lay(upright: Uint8Array, width: number, height: number, orientation: number) {
  const [columns, rows] = orientation < 5 ? [width, height] : [height, width];
  const stored = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = UPRIGHT[orientation]!(i % columns, Math.floor(i / columns), width - 1, height - 1);
    return upright[y * width + x]!;
  });
  return sharp(stored, { raw: { width: columns, height: rows, channels: 1 } });
}

/** A little-endian, uncompressed 16-bit grey TIFF with one strip: header, samples, then the directory. */
function greyTiff(width: number, height: number, samples: Uint16Array): Buffer {
  const tags = [
    [256, 4, width], [257, 4, height], [258, 3, 16], [259, 3, 1], [262, 3, 1], [273, 4, 8], [277, 3, 1], [278, 4, height], [279, 4, samples.byteLength],
  ];
  const file = Buffer.alloc(8 + samples.byteLength + 2 + 12 * tags.length + 4);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8 + samples.byteLength, 4);
  samples.forEach((sample, i) => file.writeUInt16LE(sample, 8 + 2 * i));
  let at = file.writeUInt16LE(tags.length, 8 + samples.byteLength);
  for (const [tag, type, value] of tags) {
    at = file.writeUInt16LE(tag!, at);
    at = file.writeUInt16LE(type!, at);
    at = file.writeUInt32LE(1, at);
    at = file.writeUInt32LE(value!, at);
  }
  return file;
}
