/**
 * The safetensors format (github.com/huggingface/safetensors): the header's size (8 bytes, little-endian), a JSON header
 * { name: { dtype, shape, data_offsets: [begin, end] } }, then the tensors' bytes, which cover the rest without gap or overlap.
 * Anything else is a ModelError BAD_CHECKPOINT, found before memory is taken for it.
 */
import { z } from 'zod';
import { ModelError } from '../errors';
import { inMemory, partOf, type ByteSource } from './byte-source';
import { ELEMENT_TYPES, isElementType, type ElementTypeName } from './element-types';

export interface WeightTensor {
  /** as published, where a map calls it otherwise */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ElementTypeName;
  /** A copy of the values, row-major. */
  toFloat32(): Float32Array;
}

export type WeightMap = ReadonlyMap<string, WeightTensor>;

const PREFIX_BYTES = 8;
/** Some 100 bytes describe a tensor. The format's own limit of 100 MB would take seconds and a gigabyte to parse. */
const MAX_HEADER_BYTES = 10_000_000;
/** The largest published model here has some 3,000; telling the family of ten times as many takes seconds. */
const MAX_TENSORS = 20_000;
const MAX_DEPTH = 3; // { name: { shape: [..] } }
const CHARACTER = { quote: 0x22, escape: 0x5c, colon: 0x3a, brace: 0x7b, braceEnd: 0x7d, bracket: 0x5b, bracketEnd: 0x5d };
const METADATA = '__metadata__';

const size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const Entry = z.strictObject({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });

/** Reads the header; the tensors are read when they are asked for, so the file must stay as it is. */
export function readSafetensors(from: ByteSource | Uint8Array): WeightMap {
  const file = from instanceof Uint8Array ? inMemory(from) : from;
  const { entries, dataStart } = readHeader(file);
  const data = partOf(file, dataStart, file.size);
  const tensors = entries.map(([name, entry]) => readEntry(name, entry, data));

  let covered = 0;
  for (const { name, begin, end } of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) throw bad(`tensor ${name} begins at byte ${begin} of the data, expected ${covered}: tensors ${begin < covered ? 'overlap' : 'leave a gap'}`);
    covered = end;
  }
  if (covered !== data.size) throw bad(`the tensors cover ${covered} bytes of the data, expected ${data.size}`);
  return new Map(tensors.map(({ name, shape, dtype, toFloat32 }) => [name, { name, shape, dtype, toFloat32 }]));
}

function readHeader(file: ByteSource): { entries: [string, unknown][]; dataStart: number } {
  if (file.size < PREFIX_BYTES) throw bad(`expected at least ${PREFIX_BYTES} bytes, got ${file.size}`);
  const length = Number(new DataView(file.read(0, PREFIX_BYTES).buffer).getBigUint64(0, true));
  const dataStart = PREFIX_BYTES + length;
  if (length > MAX_HEADER_BYTES) throw bad(`the header claims ${length} bytes, at most ${MAX_HEADER_BYTES} are allowed`);
  if (dataStart > file.size) throw bad(`the header claims ${length} bytes, the file has ${file.size - PREFIX_BYTES} after its prefix`);
  const header = parseJson(file.read(PREFIX_BYTES, dataStart));
  return { entries: Object.entries(header).filter(([name]) => name !== METADATA), dataStart };
}

function parseJson(bytes: Uint8Array): object {
  const keys = countKeys(bytes);
  if (keys > MAX_TENSORS) throw bad(`the header names ${keys} tensors, at most ${MAX_TENSORS} are allowed`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw bad(`the header is not JSON (${(error as Error).message})`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw bad('the header is not a JSON object');
  if (keys !== Object.keys(header).length) throw bad('the header names a tensor twice');
  return header;
}

/**
 * How many keys the outermost object spells out, since JSON.parse keeps the last of equal ones. Refuses brackets in brackets, which cost JSON.parse
 * a hundred times their size. What is not JSON is left to JSON.parse.
 */
function countKeys(json: Uint8Array): number {
  let depth = 0;
  let keys = 0;
  let quoted = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === CHARACTER.quote) quoted = !quoted;
    else if (byte === CHARACTER.escape) i++;
    else if (quoted) continue;
    else if (byte === CHARACTER.brace || byte === CHARACTER.bracket) depth++;
    else if (byte === CHARACTER.braceEnd || byte === CHARACTER.bracketEnd) depth--;
    else if (byte === CHARACTER.colon && depth === 1) keys++;
    if (depth > MAX_DEPTH) throw bad(`the header nests more than ${MAX_DEPTH} deep`);
  }
  return keys;
}

function readEntry(name: string, json: unknown, data: ByteSource): WeightTensor & { begin: number; end: number } {
  const parsed = Entry.safeParse(json);
  if (!parsed.success) throw bad(`tensor ${name} is not described by dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: [begin, end] } = parsed.data;
  if (!isElementType(dtype)) throw bad(`tensor ${name} has the element type ${dtype}, known are ${Object.keys(ELEMENT_TYPES).join(', ')}`);
  const type = ELEMENT_TYPES[dtype];
  const bytes = shape.reduce((product, dim) => product * dim, type.size);
  if (begin > end || end > data.size) throw bad(`tensor ${name} lies at bytes ${begin} to ${end}, the data has ${data.size}`);
  if (bytes !== end - begin) throw bad(`tensor ${name} of ${dtype} [${shape}] needs ${bytes} bytes, got ${end - begin}`);
  return { name, shape, dtype, begin, end, toFloat32: () => type.toFloat32(data.read(begin, end)) };
}

function bad(reason: string): ModelError {
  return new ModelError('BAD_CHECKPOINT', `not a safetensors file: ${reason}`, 'Download or copy the weights again; the file is damaged or of another format.');
}

/** Writes float32 tensors. Throws RangeError where a shape and its data differ. */
export function writeSafetensors(tensors: Iterable<{ name: string; shape: readonly number[]; data: Float32Array }>): Uint8Array {
  const list = [...tensors];
  let end = 0;
  const entries = list.map(({ name, shape, data }) => {
    if (shape.reduce((product, dim) => product * dim, 1) !== data.length) throw new RangeError(`tensor ${name} [${shape}] has ${data.length} elements`);
    return [name, { dtype: 'F32', shape, data_offsets: [end, (end += data.byteLength)] }];
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(json.length / 8) * 8; // so that the data is aligned
  const file = new Uint8Array(PREFIX_BYTES + headerBytes + end).fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, PREFIX_BYTES);
  let offset = PREFIX_BYTES + headerBytes;
  for (const { data } of list) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}
