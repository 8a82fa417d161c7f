import { damaged } from './faults';
import type { FileBytes } from './file-bytes';

const WINDOW = 64 * 1024;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
/** SeekHead, Info, Tracks, Cues, Attachments, Chapters, Tags, Void */
const SEGMENT_CHILDREN = [0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1c53bb6b, 0x1941a469, 0x1043a770, 0x1254c367, 0xec];
/** Timestamp, SilentTracks, Position, PrevSize, SimpleBlock, BlockGroup, EncryptedBlock, CRC-32 */
const CLUSTER_CHILDREN = [0xe7, 0x5854, 0xa7, 0xab, 0xa3, 0xa0, 0xaf, 0xbf];

/**
 * Walks the elements of a Matroska or WebM file (RFC 8794, RFC 9559) and sees whether they stand one behind the other to the end. mediabunny searches
 * byte by byte when they do not, and its search never ends near the end of a file (1.61), so it must not get such files.
 * Errors: BAD_MEDIA where the walk fails.
 */
export async function checkMatroska(file: FileBytes): Promise<void> {
  const bytesAt = windowed(file);
  const broken = (at: number) => damaged(`the Matroska file is damaged at byte ${at}`);
  const header = await elementAt(bytesAt, 0);
  if (!header || header.size === undefined) throw broken(0);
  const start = header.body + header.size;
  const segment = await elementAt(bytesAt, start);
  if (segment?.id !== SEGMENT) throw broken(start);
  const end = segment.size === undefined ? file.size : segment.body + segment.size;

  for (let at = segment.body; at < end; ) {
    const element = await elementAt(bytesAt, at);
    if (!element && at + 12 <= file.size) throw broken(at);
    const next = element && (element.size === undefined ? element.body : element.body + element.size);
    if (next === undefined || next > file.size) throw damaged(`the Matroska file is cut off after ${file.size} bytes`);
    const cluster = element!.id === CLUSTER;
    if (!cluster && (element!.size === undefined || ![...SEGMENT_CHILDREN, ...CLUSTER_CHILDREN].includes(element!.id))) throw broken(at);
    at = next; // into a cluster of unknown size, over everything else
  }
}

interface Element {
  id: number;
  size: number | undefined; // bytes of the body; undefined: unknown (live recordings)
  body: number; // offset
}

async function elementAt(bytesAt: (at: number) => Promise<Uint8Array>, at: number): Promise<Element | undefined> {
  const bytes = await bytesAt(at);
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const size = bytes.subarray(idLength);
  const sizeLength = Math.clz32(size[0] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8 || size.length < sizeLength) return undefined;
  const digits = size.slice(0, sizeLength);
  digits[0]! &= 0xff >> sizeLength;
  const unknown = digits[0] === 0xff >> sizeLength && digits.subarray(1).every((digit) => digit === 255);
  return { id: number(bytes.subarray(0, idLength)), size: unknown ? undefined : number(digits), body: at + idLength + sizeLength };
}

function number(digits: Uint8Array): number {
  return digits.reduce((sum, digit) => sum * 256 + digit, 0);
}

/** Up to twelve bytes at an offset, the longest head of an element; neighbours come from one read. */
function windowed(file: FileBytes): (at: number) => Promise<Uint8Array> {
  let start = 0;
  let bytes: Uint8Array = new Uint8Array(0);
  return async (at) => {
    if (at < start || at + 12 > start + bytes.length) [start, bytes] = [at, await file.read(at, WINDOW)];
    return bytes.subarray(at - start, at - start + 12);
  };
}
