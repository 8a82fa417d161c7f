/** PNG files of one channel (W3C PNG, third edition). */

export interface PngHeader {
  width: number;
  height: number;
  depth: 8 | 16;
  palette?: readonly (readonly [red: number, green: number, blue: number])[]; // of depth 8: pixels are numbers of its colours; without, they are grey
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const INDEXED = 3;
const GREY = 0;

/** `data`: a zlib stream of the lines, each with its filter in front. */
export function writePng({ width, height, depth, palette }: PngHeader, data: Uint8Array): Uint8Array {
  const header = new Uint8Array(13); // then compression, filter and interlace methods: all 0
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = depth;
  header[9] = palette ? INDEXED : GREY;
  const chunks: [string, Uint8Array][] = [['IHDR', header], ...(palette ? [['PLTE', Uint8Array.from(palette.flat())] as [string, Uint8Array]] : []), ['IDAT', data], ['IEND', new Uint8Array(0)]];
  const bytes = new Uint8Array(SIGNATURE.length + chunks.reduce((sum, [, { length }]) => sum + 12 + length, 0));
  bytes.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const [name, body] of chunks) at = putChunk(bytes, at, name, body);
  return bytes;
}

/** Length, name, body, and the checksum of the latter two. Gives where the next one begins. */
function putChunk(bytes: Uint8Array, at: number, name: string, body: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  view.setUint32(at, body.length);
  for (let i = 0; i < 4; i++) bytes[at + 4 + i] = name.charCodeAt(i);
  bytes.set(body, at + 8);
  const end = at + 8 + body.length;
  view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
  return end + 4;
}

/** CRC-32 of ISO 3309, low bit first, of each byte. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc;
}
