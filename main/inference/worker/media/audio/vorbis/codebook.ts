/** Codebooks (Vorbis I, section 3): a prefix code for numbers, and a vector that each number stands for. */
import { damaged } from '../faults';
import { bitLength, type LowBitsFirst } from './low-bits-first';

const FAST = 8; // bits that one look into a table resolves
const MOST_ENTRIES = 2 ** 16; // more than encoders use; a damaged header must not take all memory
const MOST_VALUES = 2 ** 20; // of all vectors of a book
const UNUSED = 0;

/** `lengths`: bits of each entry's code word, 0 for an entry without one. */
interface Header {
  dimensions: number;
  lengths: Uint8Array;
}

export class Codebook {
  readonly dimensions: number;
  /** [entries, dimensions]; undefined: the book codes bare numbers */
  readonly vectors: Float32Array | undefined;
  private readonly tree: Int32Array; // two links a node: to a node, to the entry ~link, or 0 for none
  private readonly fast: Int32Array; // by the next bits: 16 * (entry or node) + the length of its code; a node's length is FAST + 1

  constructor(bits: LowBitsFirst) {
    const { dimensions, lengths } = readHeader(bits);
    this.dimensions = dimensions;
    this.tree = plant(lengths);
    this.fast = shortcuts(this.tree);
    this.vectors = readVectors(bits, dimensions, lengths.length);
  }

  /** The number that comes next; undefined when the packet ends before or holds no code word. */
  entry(bits: LowBitsFirst): number | undefined {
    const found = this.fast[bits.peek(FAST)]!;
    const length = found & 15;
    let entry = found >> 4;
    if (length > FAST) {
      bits.position += FAST;
      let link = entry;
      do link = this.tree[2 * link + bits.read(1)]!;
      while (link > 0 && !bits.past);
      if (link >= 0) return undefined;
      entry = ~link;
    } else if (length === 0) return undefined;
    else bits.position += length;
    return bits.past ? undefined : entry;
  }
}

function readHeader(bits: LowBitsFirst): Header {
  if (bits.read(24) !== 0x564342) throw damaged('the Vorbis header holds a damaged codebook');
  const dimensions = bits.read(16);
  const entries = bits.read(24);
  if (dimensions === 0 || entries > MOST_ENTRIES) throw damaged('the Vorbis header holds a damaged codebook');
  const lengths = new Uint8Array(entries);
  if (bits.flag()) {
    for (let i = 0, length = bits.read(5) + 1; i < entries; length++) {
      const count = bits.read(bitLength(entries - i));
      if (bits.past || length > 32 || i + count > entries) throw damaged('the Vorbis header holds a damaged codebook');
      lengths.fill(length, i, i + count);
      i += count;
    }
  } else {
    const sparse = bits.flag();
    for (let i = 0; i < entries && !bits.past; i++) lengths[i] = sparse && !bits.flag() ? UNUSED : bits.read(5) + 1;
  }
  if (bits.past) throw damaged('the Vorbis header holds a damaged codebook');
  return { dimensions, lengths };
}

/** Each entry in turn gets the leftmost free leaf of its depth. Errors: BAD_MEDIA where none is left. */
function plant(lengths: Uint8Array): Int32Array {
  const used = lengths.reduce((sum, length) => sum + (length === UNUSED ? 0 : 1), 0);
  const links: number[] = [0, 0];
  if (used === 1) {
    const only = ~lengths.findIndex((length) => length !== UNUSED); // a code of one bit, whatever that bit is
    return Int32Array.of(only, only);
  }
  // The free places at each depth: there is never more than one. A place is the index of a link; depth 0 is the root, which is no link.
  const free = new Int32Array(33).fill(-1);
  let rootIsFree = true;
  for (const [entry, length] of lengths.entries()) {
    if (length === UNUSED) continue;
    let depth = length;
    while (depth > 0 && free[depth]! < 0) depth--;
    if (depth === 0 && !rootIsFree) throw damaged('the Vorbis header holds a codebook with too many code words');
    let node = 0;
    if (depth === 0) rootIsFree = false;
    else if (depth < length) {
      node = links.push(0, 0) / 2 - 1;
      links[free[depth]!] = node;
    }
    if (depth === length) links[free[depth]!] = ~entry;
    if (depth > 0) free[depth] = -1;
    for (; depth < length; depth++) {
      free[depth + 1] = 2 * node + 1;
      if (depth + 1 === length) links[2 * node] = ~entry;
      else {
        const next = links.push(0, 0) / 2 - 1;
        links[2 * node] = next;
        node = next;
      }
    }
  }
  return Int32Array.from(links);
}

/** Where the next FAST bits lead: to an entry, to a node, or (0) nowhere. */
function shortcuts(tree: Int32Array): Int32Array {
  return Int32Array.from({ length: 2 ** FAST }, (_, pattern) => {
    let link = 0;
    for (let length = 1; length <= FAST; length++) {
      link = tree[2 * link + ((pattern >> (length - 1)) & 1)]!;
      if (link < 0) return (~link << 4) | length;
      if (link === 0) return 0;
    }
    return (link << 4) | (FAST + 1);
  });
}

/** Kind 1 spans a lattice by few values, kind 2 has a value for every place; in a sequence each value adds to the one before. */
function readVectors(bits: LowBitsFirst, dimensions: number, entries: number): Float32Array | undefined {
  const kind = bits.read(4);
  if (kind === 0) return undefined;
  if (kind > 2 || entries * dimensions > MOST_VALUES) throw damaged('the Vorbis header holds a damaged codebook');
  const [least, step] = [readFloat(bits), readFloat(bits)];
  const width = bits.read(4) + 1;
  const sequence = bits.flag();
  const count = kind === 1 ? latticeValues(entries, dimensions) : entries * dimensions;
  if (bits.position + count * width > 8 * bits.bytes.length) throw damaged('the Vorbis header ends within a codebook');
  const values = Float64Array.from({ length: count }, () => bits.read(width) * step + least);
  const vectors = new Float32Array(entries * dimensions);
  for (let entry = 0; entry < entries; entry++) {
    let last = 0;
    for (let i = 0, divisor = 1; i < dimensions; i++, divisor *= count) {
      const at = kind === 1 ? Math.floor(entry / divisor) % count : entry * dimensions + i;
      const value = values[at]! + last;
      vectors[entry * dimensions + i] = value;
      if (sequence) last = value;
    }
  }
  return vectors;
}

/** The greatest whole number whose power `dimensions` is at most `entries`. */
function latticeValues(entries: number, dimensions: number): number {
  let count = Math.floor(entries ** (1 / dimensions));
  while ((count + 1) ** dimensions <= entries) count++;
  while (count ** dimensions > entries) count--;
  return count;
}

/** 21 bits of mantissa, 10 of exponent, and the sign. */
function readFloat(bits: LowBitsFirst): number {
  const mantissa = bits.read(21);
  const exponent = bits.read(10);
  return (bits.flag() ? -mantissa : mantissa) * 2 ** (exponent - 788);
}
