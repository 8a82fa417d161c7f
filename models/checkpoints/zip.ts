/**
 * ZIP archives (PKWARE APPNOTE 6.3.10) in memory: stored and deflated entries, ZIP64. Stored entries are views, no copies; what deflated ones may
 * grow to is bounded by the size of the archive. Nothing is ever written to a disk, so an entry's name is only a key.
 */
import { Inflate } from 'fflate';
import { ModelError } from '../errors';
import { badTorch, ByteReader } from './byte-reader';

const SIGNATURE = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const END_BYTES = 22;
const LOCATOR64_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
const MAX_ENTRIES = 200_000;
const METHOD = { stored: 0, deflated: 8 };
const ENCRYPTED = 1; // bit of the flags
const ZIP64_EXTRA = 1;

/** Weights hardly compress: all entries together grow to at most this. */
const inflationLimit = (archiveBytes: number) => 16 * 2 ** 20 + 8 * archiveBytes;
const INFLATE_STEP = 1 << 14; // compressed bytes between checks

export class ZipArchive {
  private inflated = 0;

  private constructor(
    private readonly bytes: Uint8Array,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Reads the central directory. Throws BAD_CHECKPOINT. */
  static open(bytes: Uint8Array): ZipArchive {
    const directory = findDirectory(bytes);
    const entries = new Map<string, Entry>();
    const reader = at(bytes, directory.offset);
    for (let i = 0; i < directory.count; i++) {
      const { name, entry } = readCentralHeader(reader);
      if (entries.has(name)) throw badTorch(`the archive has two entries ${show(name)}`);
      entries.set(name, entry);
    }
    return new ZipArchive(bytes, entries);
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The bytes of an entry: a view of the archive where it is stored, new memory where it is deflated. */
  read(name: string): Uint8Array {
    const entry = this.entries.get(name);
    if (!entry) throw badTorch(`the archive has no entry ${show(name)}`);
    const data = this.compressed(name, entry);
    if (entry.method === METHOD.stored) return data;
    this.inflated += entry.size;
    const limit = inflationLimit(this.bytes.length);
    if (this.inflated > limit) throw badTorch(`entry ${show(name)} grows to ${entry.size} bytes: more than ${limit} altogether`);
    return inflate(data, entry.size, show(name));
  }

  private compressed(name: string, { flags, method, size, compressedSize, offset }: Entry): Uint8Array {
    if (flags & ENCRYPTED) throw badTorch(`entry ${show(name)} is encrypted`);
    if (method !== METHOD.stored && method !== METHOD.deflated) throw badTorch(`entry ${show(name)} is compressed by method ${method}, stored or deflated was expected`);
    if (method === METHOD.stored && size !== compressedSize) throw badTorch(`stored entry ${show(name)} claims two sizes, ${compressedSize} and ${size}`);
    const reader = at(this.bytes, offset);
    if (reader.uint32() !== SIGNATURE.local) throw badTorch(`entry ${show(name)} is not where the directory says`);
    reader.take(22);
    const [nameBytes, extraBytes] = [reader.uint16(), reader.uint16()];
    reader.take(nameBytes + extraBytes);
    return reader.take(compressedSize);
  }
}

interface Entry {
  flags: number;
  method: number;
  size: number;
  compressedSize: number;
  offset: number; // of the local header
}

function at(bytes: Uint8Array, offset: number): ByteReader {
  const reader = new ByteReader(bytes);
  reader.take(offset);
  return reader;
}

/** The end record stands last, behind it only a comment. */
function findDirectory(bytes: Uint8Array): { count: number; offset: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = bytes.length - END_BYTES;
  for (let position = last; position >= Math.max(0, last - MAX_COMMENT_BYTES); position--) {
    if (view.getUint32(position, true) !== SIGNATURE.end || view.getUint16(position + 20, true) !== last - position) continue;
    const plain = { count: view.getUint16(position + 10, true), offset: view.getUint32(position + 16, true) };
    const directory = findDirectory64(bytes, position) ?? plain;
    if (directory.count > MAX_ENTRIES) throw badTorch(`an archive of ${directory.count} entries, at most ${MAX_ENTRIES} are allowed`);
    return directory;
  }
  throw badTorch('the archive ends before its directory');
}

function findDirectory64(bytes: Uint8Array, end: number): { count: number; offset: number } | undefined {
  if (end < LOCATOR64_BYTES) return undefined;
  const locator = at(bytes, end - LOCATOR64_BYTES);
  if (locator.uint32() !== SIGNATURE.locator64) return undefined;
  locator.take(4);
  const record = at(bytes, locator.uint64());
  if (record.uint32() !== SIGNATURE.end64) throw badTorch('the archive has no ZIP64 directory where it says');
  record.take(28);
  const count = record.uint64();
  record.take(8);
  return { count, offset: record.uint64() };
}

function readCentralHeader(reader: ByteReader): { name: string; entry: Entry } {
  if (reader.uint32() !== SIGNATURE.central) throw badTorch('the directory of the archive is damaged');
  reader.take(4);
  const [flags, method] = [reader.uint16(), reader.uint16()];
  reader.take(8);
  const [compressedSize, size] = [reader.uint32(), reader.uint32()];
  const [nameBytes, extraBytes, commentBytes] = [reader.uint16(), reader.uint16(), reader.uint16()];
  reader.take(8);
  const offset = reader.uint32();
  const name = new TextDecoder().decode(reader.take(nameBytes));
  const entry = widen({ flags, method, size, compressedSize, offset }, new ByteReader(reader.take(extraBytes)));
  reader.take(commentBytes);
  return { name, entry };
}

/** Fields of all ones stand in the ZIP64 extra field, in this order. */
function widen(entry: Entry, extra: ByteReader): Entry {
  while (extra.position < extra.bytes.length) {
    const [id, length] = [extra.uint16(), extra.uint16()];
    const field = new ByteReader(extra.take(length));
    if (id !== ZIP64_EXTRA) continue;
    const wide = { ...entry };
    for (const key of ['size', 'compressedSize', 'offset'] as const) if (entry[key] === 0xffffffff) wide[key] = field.uint64();
    return wide;
  }
  return entry;
}

function inflate(data: Uint8Array, size: number, name: string): Uint8Array {
  const result = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((chunk) => {
    if (filled + chunk.length > size) throw badTorch(`entry ${name} grows beyond the ${size} bytes that it claims`);
    result.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let start = 0; start < data.length; start += INFLATE_STEP) {
      stream.push(data.subarray(start, start + INFLATE_STEP), start + INFLATE_STEP >= data.length);
    }
  } catch (error) {
    throw error instanceof ModelError ? error : badTorch(`entry ${name} is damaged (${(error as Error).message})`);
  }
  if (filled !== size) throw badTorch(`entry ${name} has ${filled} bytes, its directory claims ${size}`);
  return result;
}

function show(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
