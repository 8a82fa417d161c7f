/** Frames of a FLAC stream (RFC 9639, section 9), told apart by their headers. */
import type { ByteStream } from './stream';

const LONGEST_HEADER = 16; // bytes
const CRC8 = crcTable(0x07);

interface FrameHeader {
  variable: boolean; // frames of several lengths: `number` counts samples, else frames
  number: number;
}

/**
 * Every frame with all its bytes, those of a piece together. A frame ends where the next header stands: one with a right checksum, of the same kind and with a higher number
 * than the frame's own. What is damaged stays within the frame before; the decoder finds it by that frame's checksum.
 */
export async function* flacFrames(bytes: ByteStream): AsyncGenerator<Uint8Array[]> {
  let data = new Uint8Array(0);
  let current: FrameHeader | undefined; // of the frame that begins at the front of `data`
  for await (const piece of bytes) {
    let from = data.length === 0 ? 0 : Math.max(1, data.length - LONGEST_HEADER + 1); // what lies before has been searched
    data = joined(data, piece);
    const frames: Uint8Array[] = [];
    let begin = 0;
    for (let at = data.indexOf(0xff, from); at >= 0 && at + LONGEST_HEADER <= data.length; at = data.indexOf(0xff, from)) {
      from = at + 1;
      const header = headerAt(data, at);
      if (!header || (current && (header.variable !== current.variable || header.number <= current.number))) continue;
      if (at > begin) frames.push(data.subarray(begin, at));
      [begin, current] = [at, header];
    }
    data = data.slice(begin);
    if (frames.length > 0) yield frames;
  }
  const last = withoutTag(data);
  if (last.length > 0) yield [last];
}

/** Undefined where no header stands, or a damaged one. */
function headerAt(data: Uint8Array, at: number): FrameHeader | undefined {
  if (data[at] !== 0xff || (data[at + 1]! & 0xfe) !== 0xf8) return undefined;
  const [blockSize, rate] = [data[at + 2]! >> 4, data[at + 2]! & 15];
  if (blockSize === 0 || rate === 15 || data[at + 3]! >> 4 > 10 || data[at + 3]! & 1) return undefined; // values that are reserved
  const coded = codedNumber(data, at + 4);
  if (!coded) return undefined;
  const more = (blockSize === 6 ? 1 : blockSize === 7 ? 2 : 0) + (rate === 12 ? 1 : rate === 13 || rate === 14 ? 2 : 0);
  const end = at + 4 + coded.length + more;
  let crc = 0;
  for (let i = at; i < end; i++) crc = CRC8[crc ^ data[i]!]!;
  return crc === data[end] ? { variable: (data[at + 1]! & 1) === 1, number: coded.value } : undefined;
}

/** A number of up to 36 bits, stored as UTF-8 stores its characters. */
function codedNumber(data: Uint8Array, at: number): { value: number; length: number } | undefined {
  const first = data[at]!;
  const ones = Math.clz32(~first << 24);
  if (ones === 1 || ones > 7) return undefined;
  const length = Math.max(1, ones);
  let value = ones === 0 ? first : first & (0x7f >> ones);
  for (let i = 1; i < length; i++) {
    if ((data[at + i]! & 0xc0) !== 0x80) return undefined;
    value = value * 64 + (data[at + i]! & 0x3f);
  }
  return { value, length };
}

/** Players of MP3 put an ID3v1 tag of 128 bytes behind anything. */
function withoutTag(data: Uint8Array): Uint8Array {
  const at = data.length - 128;
  return at >= 0 && data[at] === 0x54 && data[at + 1] === 0x41 && data[at + 2] === 0x47 ? data.subarray(0, at) : data;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Remainders of all bytes for a checksum of 8 bits, highest bit first. */
function crcTable(polynomial: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ polynomial) & 0xff : crc << 1;
    return crc;
  });
}
