/** Writes pickles, ZIP archives and both kinds of PyTorch file as PyTorch lays them out, and as it never would. */
import { deflateRawSync } from 'node:zlib';

/** A piece of a pickle: operations that leave one value on the stack. */
export type Piece = Uint8Array;

const ascii = (text: string) => new TextEncoder().encode(text);
export const joined = (...parts: (Uint8Array | readonly number[] | string)[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(parts.map((part) => (typeof part === 'string' ? ascii(part) : Uint8Array.from(part)))));

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
const uint16 = (value: number) => uint32(value).subarray(0, 2);
function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

export const none = joined('N');
export const bool = (value: boolean) => joined([value ? 0x88 : 0x89]);
export const int = (value: number) => joined('J', uint32(value >>> 0));
/** an integer of up to 255 bytes */
export const long = (value: bigint) => {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n || (bytes.at(-1) ?? 0) >= 0x80 || bytes.length === 0; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  return joined([0x8a, bytes.length], bytes);
};
export const float = (value: number) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, false);
  return joined('G', bytes);
};
export const text = (value: string) => joined('X', uint32(ascii(value).length), value);
export const tuple = (...items: Piece[]) => joined('(', ...items, 't');
export const list = (...items: Piece[]) => joined('](', ...items, 'e');
export const dict = (entries: Record<string, Piece>) => joined('}(', ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), 'u');
export const global = (module: string, name: string) => joined('c', `${module}\n${name}\n`);
export const reduce = (callee: Piece, ...args: Piece[]) => joined(callee, tuple(...args), 'R');
export const build = (object: Piece, state: Piece) => joined(object, state, 'b');
export const pickle = (value: Piece, protocol = 2) => joined([0x80, protocol], value, '.');

export interface StorageSpec {
  key: string;
  /** as PyTorch names it: Float, Half, Long, ... */
  type: string;
  length: number;
  view?: { offset: number };
}

export function storage({ key, type, length, view }: StorageSpec): Piece {
  const tail = view ? [tuple(text('view'), int(view.offset), int(1))] : [];
  return joined(tuple(text('storage'), global('torch', `${type}Storage`), text(key), text('cpu'), int(length), ...tail), 'Q');
}

export function tensor(spec: StorageSpec, shape: number[], strides = contiguous(shape), offset = 0): Piece {
  const sizes = (values: number[]) => tuple(...values.map((value) => (value > 0x7fffffff ? long(BigInt(value)) : int(value))));
  const hooks = reduce(global('collections', 'OrderedDict'));
  return reduce(global('torch._utils', '_rebuild_tensor_v2'), storage(spec), int(offset), sizes(shape), sizes(strides), bool(false), hooks);
}

export function parameter(data: Piece): Piece {
  return reduce(global('torch._utils', '_rebuild_parameter'), data, bool(true), reduce(global('collections', 'OrderedDict')));
}

function contiguous(shape: number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, dim) => product * dim, 1));
}

export interface ZipEntry {
  name: string;
  data: Uint8Array;
  deflate?: boolean;
  /** what the directory claims instead of the truth */
  claims?: Partial<{ size: number; method: number; flags: number; offset: number }>;
}

export function zip(entries: ZipEntry[], { zip64 = false, comment = '' } = {}): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data, deflate = false, claims = {} } of entries) {
    const stored = deflate ? deflateRawSync(data) : data;
    const size = claims.size ?? data.length;
    const common = joined(uint16(claims.flags ?? 0), uint16(claims.method ?? (deflate ? 8 : 0)), uint32(0), uint32(0), uint32(deflate ? stored.length : size), uint32(size), uint16(ascii(name).length));
    const header = joined(uint32(0x04034b50), uint16(20), common, uint16(3), name, [1, 2, 3], stored);
    const at = claims.offset ?? offset;
    const wide = zip64 ? joined(uint16(1), uint16(8), uint64(at)) : new Uint8Array(0);
    central.push(joined(uint32(0x02014b50), uint16(20), uint16(20), common, uint16(wide.length), uint16(0), uint16(0), uint16(0), uint32(0), uint32(zip64 ? 0xffffffff : at), name, wide));
    local.push(header);
    offset += header.length;
  }
  const directory = joined(...central);
  const wideEnd = joined(uint32(0x06064b50), uint64(44), uint16(45), uint16(45), uint32(0), uint32(0), uint64(entries.length), uint64(entries.length), uint64(directory.length), uint64(offset));
  const locator = joined(uint32(0x07064b50), uint32(0), uint64(offset + directory.length), uint32(1));
  const [count, start] = zip64 ? [0xffff, 0xffffffff] : [entries.length, offset];
  const end = joined(uint32(0x06054b50), uint16(0), uint16(0), uint16(count), uint16(count), uint32(directory.length), uint32(start), uint16(comment.length), comment);
  return joined(...local, directory, ...(zip64 ? [wideEnd, locator] : []), end);
}

export type Storages = Record<string, Uint8Array>;

export interface TorchZipOptions {
  deflate?: boolean;
  byteorder?: string;
  zip64?: boolean;
}

export function torchZip(object: Piece, storages: Storages = {}, { deflate = false, byteorder = 'little', zip64 = false }: TorchZipOptions = {}, more: ZipEntry[] = []): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]) => ({ name: `archive/data/${key}`, data: bytes, deflate }));
  return zip([{ name: 'archive/data.pkl', data: pickle(object), deflate }, { name: 'archive/byteorder', data: ascii(byteorder) }, ...data, ...more], { zip64 });
}

/** `lengths` in elements, of each storage in order */
export function torchLegacy(object: Piece, storages: { key: string; length: number; bytes: Uint8Array }[], { littleEndian = true } = {}): Uint8Array {
  const machine = dict({ protocol_version: int(1001), little_endian: bool(littleEndian) });
  return joined(
    pickle(long(0x1950a86a20f9469cfc6cn)),
    pickle(int(1001)),
    pickle(machine),
    pickle(object),
    pickle(list(...storages.map(({ key }) => text(key)))),
    ...storages.flatMap(({ length, bytes }) => [uint64(length), bytes]),
  );
}

export const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
