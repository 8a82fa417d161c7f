/** Decodes coefficients (ISO 11172-3, 2.4.1.7 and table B.7): pairs of whole numbers, then quadruples of -1, 0 and 1, then zeros. */
import type { HighBitsFirst } from '../../high-bits-first';
import { PAIR_CODES, QUADRUPLE_CODES } from './huffman-codes';
import type { Granule } from './side-info';

const COEFFICIENTS = 576;
const FAST = 8; // bits that one look into a table resolves
const ESCAPE = 15; // more bits follow
const MOST = ESCAPE + 2 ** 13 - 1;

/** n^(4/3): coefficients are stored by the power 3/4 of their size. */
const POWERS = Float64Array.from({ length: MOST + 1 }, (_, n) => n ** (4 / 3));
/** Bits after an escape, by table; tables 16 to 23 share a code, and 24 to 31. */
const ESCAPES = [...Array<number>(16).fill(0), 1, 2, 3, 4, 6, 8, 10, 13, 4, 5, 6, 7, 8, 9, 11, 13];
/**
 * By the next bits: 32 * symbol + the length of its code word. A code word of more than FAST bits goes on in a table of its own, and its entry is
 * ~(16 * where that begins + how many bits it takes).
 */
type CodeTable = Int32Array;
const pairTables = ESCAPES.map((_, table) => codeTable(PAIR_CODES[table < 16 ? table : table < 24 ? 16 : 24]));
const quadrupleTables = QUADRUPLE_CODES.map((leaves) => codeTable(leaves)!);

/**
 * A granule's coefficients to the power 4/3, without their gains -> `spectrum` [576]; `end`: of the granule's bits, where it leaves `bits`.
 * Returns how many there are up to the last that is not 0. Damaged data ends early.
 */
export function readSpectrum(bits: HighBitsFirst, granule: Granule, end: number, spectrum: Float64Array): number {
  spectrum.fill(0);
  const coded = 2 * granule.pairs;
  let last = 0;
  let from = 0;
  for (const [region, border] of [...granule.borders, COEFFICIENTS].entries()) {
    const to = Math.min(border, coded);
    const table = granule.tables[region]!;
    const codes = pairTables[table];
    if (codes && from < to) last = Math.max(last, readPairs(bits, codes, ESCAPES[table]!, from, to, end, spectrum));
    from = Math.max(from, to);
  }
  last = Math.max(last, readQuadruples(bits, quadrupleTables[granule.quadrupleTable]!, coded, end, spectrum));
  bits.position = end;
  return last;
}

function readPairs(bits: HighBitsFirst, table: CodeTable, escape: number, from: number, to: number, end: number, spectrum: Float64Array): number {
  const { bytes } = bits;
  let position = bits.position;
  let last = 0;
  for (let i = from; i < to && position < end; i += 2) {
    // 25 bits at least: a code word has up to 19, and two signs follow
    const at = position >>> 3;
    let word = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) << (position & 7);
    let entry = table[word >>> (32 - FAST)]!;
    if (entry < 0) entry = table[(~entry >> 4) + ((word << FAST) >>> (32 - (~entry & 15)))]!;
    const length = entry & 31;
    position += length;
    if (entry < 32) continue; // two zeros
    last = i + 2;
    const x = entry >> 9;
    const y = (entry >> 5) & 15;
    if (escape > 0 && (x === ESCAPE || y === ESCAPE)) {
      bits.position = position;
      spectrum[i] = readEscaped(bits, x, escape);
      spectrum[i + 1] = readEscaped(bits, y, escape);
      position = bits.position;
      continue;
    }
    word <<= length;
    if (x > 0) {
      spectrum[i] = word < 0 ? -POWERS[x]! : POWERS[x]!;
      word <<= 1;
      position++;
    }
    if (y > 0) {
      spectrum[i + 1] = word < 0 ? -POWERS[y]! : POWERS[y]!;
      position++;
    }
  }
  bits.position = position;
  return last;
}

function readEscaped(bits: HighBitsFirst, code: number, escape: number): number {
  const size = code === ESCAPE ? code + bits.read(escape) : code;
  return size > 0 && bits.read(1) ? -POWERS[size]! : POWERS[size]!;
}

function readQuadruples(bits: HighBitsFirst, table: CodeTable, from: number, end: number, spectrum: Float64Array): number {
  let last = 0;
  for (let i = from; i + 4 <= COEFFICIENTS && bits.position < end; i += 4) {
    const entry = table[bits.peek(FAST)]!;
    bits.position += entry & 31;
    const symbol = entry >> 5;
    for (let k = 0; k < 4; k++) if (symbol & (8 >> k)) spectrum[i + k] = bits.read(1) ? -1 : 1;
    if (bits.position > end) {
      spectrum.fill(0, i, i + 4); // it was stuffing
      return last;
    }
    if (symbol > 0) last = i + 4;
  }
  return last;
}

/** `leaves` as in `huffman-codes.ts`. */
function codeTable(leaves: string | undefined): CodeTable | undefined {
  if (leaves === undefined) return undefined;
  const table: number[] = Array<number>(2 ** FAST).fill(0);
  let code = 0; // of the leaf that comes next, its bits at the top of a word
  const words = (leaves.match(/.../g) ?? []).map((leaf) => {
    const length = parseInt(leaf[0]!, 36);
    const word = { length, symbol: parseInt(leaf.slice(1), 16), code };
    code += 2 ** (32 - length);
    return word;
  });
  for (const { length, symbol, code } of words) {
    const entry = 32 * symbol + length;
    const prefix = code >>> (32 - FAST);
    if (length <= FAST) {
      table.fill(entry, prefix, prefix + 2 ** (FAST - length));
      continue;
    }
    if (table[prefix] === 0) {
      const width = Math.max(...words.filter((word) => word.code >>> (32 - FAST) === prefix).map((word) => word.length)) - FAST;
      table[prefix] = ~(16 * table.length + width);
      table.push(...Array<number>(2 ** width).fill(0));
    }
    const [start, width] = [~table[prefix]! >> 4, ~table[prefix]! & 15];
    const at = start + ((code << FAST) >>> (32 - width));
    table.fill(entry, at, at + 2 ** (FAST + width - length));
  }
  return Int32Array.from(table);
}
