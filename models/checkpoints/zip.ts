/**
 * ZIP archives (PKWARE APPNOTE 6.3.10): stored and deflated entries, ZIP64. Stored entries are read by ranges; what deflated ones may
 * grow to is bounded by the size of the archive. Nothing is ever written to a disk, so an entry's name is only a key.
 */
import { Inflate } from 'fflate';
import { ModelError } from '../errors';
import { badTorch, ByteReader } from './byte-reader';
import { inMemory, partOf, type ByteSource } from './byte-source';

const SIGNATURE = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const END_BYTES = 22;
const LOCATOR64_BYTES = 20;
const MAX_COMMENT_BYTES = 0xffff;
const LOCAL_HEADER_BYTES = 30;
const MAX_ENTRIES = 200_000;
const MAX_DIRECTORY_BYTES = 64 << 20;
const METHOD = { stored: 0, deflated: 8 };
const ENCRYPTED = 1; // bit of the flags
const ZIP64_EXTRA = 1;

/** Weights hardly compress: all that is ever inflated grows to at most so many bytes. */
const inflationLimit = (archiveBytes: number) => 16 * 2 ** 20 + 8 * archiveBytes;
const INFLATE_STEP = 1 << 14; // compressed bytes between checks

export class ZipArchive {
  private inflated = 0;
  /** the entry that was inflated last: tensors that share a storage come one after another */
  private latest: { name: string; data: Uint8Array } | undefined;

  private constructor(
    private readonly file: ByteSource,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limit: number, // bytes
  ) {}

  /** Reads the central directory. `limit`: bytes that its entries may be inflated to. Throws BAD_CHECKPOINT. */
  static open(file: ByteSource, limit = inflationLimit(file.size)): ZipArchive {
    const directory = findDirectory(file);
    const entries = new Map<string, Entry>();
    const reader = at(file, directory.offset);
    for (let i = 0; i < directory.count; i++) {
      const { name, entry } = readCentralHeader(reader);
      if (reader.position - directory.offset > MAX_DIRECTORY_BYTES) throw badTorch(`the directory of the archive has more than ${MAX_DIRECTORY_BYTES} bytes`);
      if (entries.has(name)) throw badTorch(`the archive has two entries ${show(name)}`);
      entries.set(name, entry);
    }
    return new ZipArchive(file, entries, limit);
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The bytes of an entry, read or inflated when they are asked for. */
  entry(name: string): ByteSource {
    const entry = this.entries.get(name);
    if (!entry) throw badTorch(`the archive has no entry ${show(name)}`);
    const data = this.compressed(name, entry);
    if (entry.method === METHOD.stored) return data;
    this.mustFit(name, entry.size);
    return { size: entry.size, read: (start, end) => this.inflate(name, data, entry.size).slice(start, end) as Uint8Array<ArrayBuffer> };
  }

  /** A whole entry. */
  read(name: string): Uint8Array {
    const entry = this.entry(name);
    return entry.read(0, entry.size);
  }

  private inflate(name: string, data: ByteSource, size: number): Uint8Array {
    if (this.latest?.name === name) return this.latest.data;
    this.latest = undefined;
    this.mustFit(name, size);
    this.inflated += size;
    this.latest = { name, data: inflate(data, size, show(name)) };
    return this.latest.data;
  }

  private mustFit(name: string, size: number): void {
    if (this.inflated + size > this.limit) throw badTorch(`entry ${show(name)} grows to ${size} bytes: more than ${this.limit} altogether`);
  }

  private compressed(name: string, { flags, method, size, compressedSize, offset }: Entry): ByteSource {
    if (flags & ENCRYPTED) throw badTorch(`entry ${show(name)} is encrypted`);
    if (method !== METHOD.stored && method !== METHOD.deflated) throw badTorch(`entry ${show(name)} is compressed by method ${method}, stored or deflated was expected`);
    if (method === METHOD.stored && size !== compressedSize) throw badTorch(`stored entry ${show(name)} claims two sizes, ${compressedSize} and ${size}`);
    const reader = at(this.file, offset);
    const header = new ByteReader(inMemory(reader.take(LOCAL_HEADER_BYTES)));
    if (header.uint32() !== SIGNATURE.local) throw badTorch(`entry ${show(name)} is not where the directory says`);
    header.skip(22);
    reader.skip(header.uint16() + header.uint16()); // name and extra field
    const start = reader.position;
    reader.skip(compressedSize);
    return partOf(this.file, start, start + compressedSize);
  }
}

interface Entry {
  flags: number;
  method: number;
  size: number;
  compressedSize: number;
  offset: number; // of the local header
}

function at(file: ByteSource, offset: number): ByteReader {
  const reader = new ByteReader(file);
  reader.skip(offset);
  return reader;
}

/** The end record stands last, behind it only a comment. */
function findDirectory(file: ByteSource): { count: number; offset: number } {
  const tailStart = Math.max(0, file.size - END_BYTES - MAX_COMMENT_BYTES);
  const view = new DataView(file.read(tailStart, file.size).buffer);
  const last = view.byteLength - END_BYTES;
  for (let position = last; position >= 0; position--) {
    if (view.getUint32(position, true) !== SIGNATURE.end || view.getUint16(position + 20, true) !== last - position) continue;
    const plain = { count: view.getUint16(position + 10, true), offset: view.getUint32(position + 16, true) };
    const directory = findDirectory64(file, tailStart + position) ?? plain;
    if (directory.count > MAX_ENTRIES) throw badTorch(`an archive of ${directory.count} entries, at most ${MAX_ENTRIES} are allowed`);
    return directory;
  }
  throw badTorch('the archive ends before its directory');
}

function findDirectory64(file: ByteSource, end: number): { count: number; offset: number } | undefined {
  if (end < LOCATOR64_BYTES) return undefined;
  const locator = at(file, end - LOCATOR64_BYTES);
  if (locator.uint32() !== SIGNATURE.locator64) return undefined;
  locator.skip(4);
  const record = at(file, locator.uint64());
  if (record.uint32() !== SIGNATURE.end64) throw badTorch('the archive has no ZIP64 directory where it says');
  record.skip(28);
  const count = record.uint64();
  record.skip(8);
  return { count, offset: record.uint64() };
}

function readCentralHeader(reader: ByteReader): { name: string; entry: Entry } {
  if (reader.uint32() !== SIGNATURE.central) throw badTorch('the directory of the archive is damaged');
  reader.skip(4);
  const [flags, method] = [reader.uint16(), reader.uint16()];
  reader.skip(8);
  const [compressedSize, size] = [reader.uint32(), reader.uint32()];
  const [nameBytes, extraBytes, commentBytes] = [reader.uint16(), reader.uint16(), reader.uint16()];
  reader.skip(8);
  const offset = reader.uint32();
  const name = new TextDecoder().decode(reader.take(nameBytes));
  const entry = widen({ flags, method, size, compressedSize, offset }, new ByteReader(inMemory(reader.take(extraBytes))));
  reader.skip(commentBytes);
  return { name, entry };
}

/** Fields of all ones stand in the ZIP64 extra field, in this order. */
function widen(entry: Entry, extra: ByteReader): Entry {
  while (extra.left > 0) {
    const [id, length] = [extra.uint16(), extra.uint16()];
    const field = new ByteReader(inMemory(extra.take(length)));
    if (id !== ZIP64_EXTRA) continue;
    const wide = { ...entry };
    for (const key of ['size', 'compressedSize', 'offset'] as const) if (entry[key] === 0xffffffff) wide[key] = field.uint64();
    return wide;
  }
  return entry;
}

function inflate(data: ByteSource, size: number, name: string): Uint8Array {
  const result = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((chunk) => {
    if (filled + chunk.length > size) throw badTorch(`entry ${name} grows beyond the ${size} bytes that it claims`);
    result.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let start = 0; start < data.size; start += INFLATE_STEP) {
      const end = Math.min(data.size, start + INFLATE_STEP);
      stream.push(data.read(start, end), end === data.size);
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
