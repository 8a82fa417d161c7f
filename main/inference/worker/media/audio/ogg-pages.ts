/** Ogg pages (RFC 3533), and the packets that lie across them. */
import { concat } from './pcm';
import type { PagePackets } from './packet-sound';

const HEADER = 27;
export const FIRST = 2;
export const LAST = 4;
const CONTINUED = 1;

export interface OggPage {
  bytes: Uint8Array; // the whole page
  flags: number;
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

/** The packets that end on each page, also those that began on pages before; one whose beginning is missing is left out. */
export async function* packetsOf(pages: AsyncIterable<OggPage>): AsyncGenerator<PagePackets> {
  let open: Uint8Array[] = []; // what has come of a packet that goes on
  for await (const { bytes, body, flags, granule } of pages) {
    if (!(flags & CONTINUED)) open = [];
    let missing = Boolean(flags & CONTINUED) && open.length === 0;
    const packets: Uint8Array[] = [];
    let [from, to] = [0, 0];
    for (const size of bytes.subarray(HEADER, bytes.length - body.length)) {
      to += size;
      if (size === 255) continue; // the packet goes on
      if (!missing) packets.push(concat([...open, body.subarray(from, to)]));
      [open, missing, from] = [[], false, to];
    }
    if (to > from && !missing) open.push(body.slice(from, to));
    yield { packets, first: Boolean(flags & FIRST), last: Boolean(flags & LAST), granule };
  }
}
