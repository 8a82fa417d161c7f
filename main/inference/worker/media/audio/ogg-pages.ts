/** Ogg pages (RFC 3533): walking a stream of them, and wrapping packets of other containers in them for the Ogg decoders. */
import { concat } from './pcm';
import type { ByteStream } from './stream';

const HEADER = 27;
export const FIRST = 2;
export const LAST = 4;
const CONTINUED = 1;

export interface RawPage {
  bytes: Uint8Array; // the whole page
  flags: number;
}

export interface OggPage extends RawPage {
  granule: number; // position after the page's last whole packet, in samples; -1: no packet ends here
  serial: number;
  intact: boolean; // the checksum fits
  body: Uint8Array;
}

/** The whole page at `at`, or the number of bytes that are still missing, or undefined when no page begins here. */
export function pageAt(data: Uint8Array, at: number): OggPage | number | undefined {
  const view = new DataView(data.buffer, data.byteOffset + at, data.length - at);
  if (view.byteLength < HEADER) return startsPage(data, at) ? HEADER - view.byteLength : undefined;
  if (!startsPage(data, at)) return undefined;
  const segments = view.getUint8(26);
  if (view.byteLength < HEADER + segments) return HEADER + segments - view.byteLength;
  const head = HEADER + segments;
  const length = data.subarray(at + HEADER, at + head).reduce((sum, size) => sum + size, head);
  if (view.byteLength < length) return length - view.byteLength;
  const bytes = data.subarray(at, at + length);
  return {
    bytes,
    flags: view.getUint8(5),
    granule: Number(view.getBigInt64(6, true)),
    serial: view.getUint32(14, true),
    intact: checksum(bytes) === view.getUint32(22, true),
    body: bytes.subarray(head),
  };
}

function startsPage(data: Uint8Array, at: number): boolean {
  return [0x4f, 0x67, 0x67, 0x53].every((byte, i) => at + i >= data.length || data[at + i] === byte);
}

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value;
});

/** CRC-32 of RFC 3533 (polynomial 0x04c11db7, no reflection), the page's own checksum field read as zero. */
function checksum(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : page[i]!;
    crc = (crc << 8) ^ table[(crc >>> 24) ^ byte]!;
  }
  return crc >>> 0;
}

/** One packet on a page of its own, or on several when it is longer than 255 segments of 255 bytes. */
function packetPages(packet: Uint8Array, flags: number, granule: bigint, sequence: number): RawPage[] {
  const lacing = [...Array<number>(Math.floor(packet.length / 255)).fill(255), packet.length % 255];
  const pages: RawPage[] = [];
  for (let at = 0; at < lacing.length; at += 255) {
    const segments = lacing.slice(at, at + 255);
    const ends = at + 255 >= lacing.length;
    const page = concat([new Uint8Array(HEADER), Uint8Array.from(segments), packet.subarray(at * 255, (at + 255) * 255)]);
    const view = new DataView(page.buffer);
    page.set([0x4f, 0x67, 0x67, 0x53, 0, at === 0 ? flags : flags | CONTINUED]);
    view.setBigInt64(6, ends ? granule : -1n, true);
    view.setUint32(14, 1, true); // serial number
    view.setUint32(18, sequence + pages.length, true);
    view.setUint8(26, segments.length);
    view.setUint32(22, checksum(page), true);
    pages.push({ bytes: page, flags: page[5]! });
  }
  return pages;
}

/** Codec headers, then packets of sound -> Ogg pages. Times are not known here: granules count packets, and nothing is trimmed by them. */
export async function* wrapInOgg(headers: Uint8Array[], packets: ByteStream): AsyncGenerator<RawPage> {
  let sequence = 0;
  const wrap = (packet: Uint8Array, flags: number, granule: number) => {
    const pages = packetPages(packet, flags, BigInt(granule), sequence);
    sequence += pages.length;
    return pages;
  };
  for (const [i, header] of headers.entries()) yield* wrap(header, i === 0 ? FIRST : 0, 0);
  let count = 0;
  for await (const packet of packets) yield* wrap(packet, 0, ++count);
}
