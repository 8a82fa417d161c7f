/** Draws the application's icons from the two drawings beside it: `node assets/icons/make-icons.mjs`. The results are committed; packaging only reads them. */
import { writeFileSync } from 'node:fs';
import sharp from 'sharp';

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const SMALL = 32; // up to here the drawing with thicker lines
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Type of an .icns entry, and its size in pixels. */
const ICNS = [['icp4', 16], ['icp5', 32], ['icp6', 64], ['ic07', 128], ['ic08', 256], ['ic09', 512], ['ic10', 1024], ['ic11', 32], ['ic12', 64], ['ic13', 256], ['ic14', 512]];
const MAC_BODY = 824 / 960; // Apple's grid leaves a margin of 100 of 1024 around the body; the drawing's own is 32

const here = (name) => new URL(name, import.meta.url);
const svg = (name) => new URL(name, import.meta.url).pathname;

async function draw(size) {
  const small = size <= SMALL;
  return sharp(svg(small ? 'icon-small.svg' : 'icon.svg'), { density: (72 * size) / (small ? 32 : 1024) }).resize(size, size).png({ compressionLevel: 9 }).toBuffer();
}

async function drawForMac(size) {
  const inner = Math.round(size * MAC_BODY);
  const before = Math.floor((size - inner) / 2);
  const body = await draw(inner);
  return sharp({ create: { width: size, height: size, channels: 4, background: '#0000' } }).composite([{ input: body, left: before, top: before }]).png({ compressionLevel: 9 }).toBuffer();
}

/** ICO: a directory of PNG images; a side of 256 is written as 0. */
function ico(images) {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index;
    header.writeUInt8(size % 256, at);
    header.writeUInt8(size % 256, at + 1);
    header.writeUInt16LE(1, at + 4); // planes
    header.writeUInt16LE(32, at + 6); // bits a pixel
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

/** ICNS: 'icns', the whole length, then type, length and PNG of each. */
function icns(images) {
  const entries = images.map(({ type, png }) => Buffer.concat([chunkHeader(type, png.length), png]));
  return Buffer.concat([chunkHeader('icns', entries.reduce((sum, entry) => sum + entry.length, 0)), ...entries]);
}

function chunkHeader(type, length) {
  const header = Buffer.alloc(8);
  header.write(type, 'latin1');
  header.writeUInt32BE(length + 8, 4);
  return header;
}

for (const size of SIZES) writeFileSync(here(`${size}x${size}.png`), await draw(size));
writeFileSync(here('icon.ico'), ico(await Promise.all(ICO_SIZES.map(async (size) => ({ size, png: await draw(size) })))));
writeFileSync(here('icon.icns'), icns(await Promise.all(ICNS.map(async ([type, size]) => ({ type, png: await drawForMac(size) })))));
