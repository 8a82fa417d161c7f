import type { FileBytes } from './file-bytes';

/** What a container lacks: nothing, part of its sound, or the index without which no sound can be found. */
export type Missing = 'sound' | 'index' | undefined;

/** Walks the outermost boxes (ISO 14496-12, 4.2): 32-bit size and name; size 1: a 64-bit size follows; size 0: to the end of the file. */
export async function missingFromMp4(file: FileBytes): Promise<Missing> {
  let indexed = false;
  for (let at = 0, size = 0; at < file.size; at += size) {
    const head = await file.read(at, 16);
    if (head.length < 8) break;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const short = view.getUint32(0);
    size = short === 1 && head.length === 16 ? Number(view.getBigUint64(8)) : short === 0 ? file.size - at : short;
    const name = String.fromCharCode(...head.subarray(4, 8));
    if (size < 8 || !/^[\x20-\x7e\xa9]{4}$/.test(name)) break; // something else was appended
    if (at + size > file.size) return indexed ? 'sound' : 'index';
    if (name === 'moov') indexed = true;
  }
  return indexed ? undefined : 'index';
}
