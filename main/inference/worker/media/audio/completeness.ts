import type { FileBytes } from './file-bytes';

/** What a container lacks: nothing, part of its sound, or the index without which no sound can be found. */
export type Missing = 'sound' | 'index' | undefined;

/** Walks the outermost elements only: each says how long it is, so a file that ends within one has been cut. */
export function completeness(file: FileBytes, kind: 'mp4' | 'matroska'): Promise<Missing> {
  return kind === 'mp4' ? mp4(file) : matroska(file);
}

/** Boxes (ISO 14496-12, 4.2): 32-bit size and name; size 1: 64-bit size follows; size 0: to the end of the file. */
async function mp4(file: FileBytes): Promise<Missing> {
  let indexed = false;
  let at = 0;
  while (at < file.size) {
    const head = await file.read(at, 16);
    if (head.length < 8) break;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const short = view.getUint32(0);
    const size = short === 1 && head.length === 16 ? Number(view.getBigUint64(8)) : short === 0 ? file.size - at : short;
    const name = String.fromCharCode(...head.subarray(4, 8));
    if (size < 8 || !/^[\x20-\x7e\xa9]{4}$/.test(name)) break; // something else was appended
    const whole = at + size <= file.size;
    if (name === 'moov' && whole) indexed = true;
    if (!whole) return indexed ? 'sound' : 'index';
    at += size;
  }
  return indexed ? undefined : 'index';
}

/** EBML (RFC 8794): the header, then the Segment with everything in it. A size of all ones means unknown (live recordings). */
async function matroska(file: FileBytes): Promise<Missing> {
  const head = await file.read(0, 256);
  const header = sizeAt(head, 4);
  if (!header || header.size === undefined) return 'index';
  const at = header.end + header.size + 4; // behind the four bytes of the Segment's ID
  const segment = sizeAt(await file.read(at, 8), 0);
  if (!segment) return 'index';
  return segment.size !== undefined && at + segment.end + segment.size > file.size ? 'sound' : undefined;
}

/** A variable-length size: as many bytes as the first one has leading zeros, plus one. `end`: the offset behind it. */
function sizeAt(bytes: Uint8Array, at: number): { size: number | undefined; end: number } | undefined {
  const first = bytes[at];
  if (!first) return undefined;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return undefined;
  const digits = bytes.slice(at, at + length);
  digits[0] = first & (0xff >> length);
  const unknown = digits[0] === 0xff >> length && digits.subarray(1).every((digit) => digit === 255);
  return { size: unknown ? undefined : digits.reduce((sum, digit) => sum * 256 + digit, 0), end: at + length };
}
