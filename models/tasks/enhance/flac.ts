/**
 * Writes mono FLAC files of 16 bits (RFC 9639): fixed predictors and Rice codes, one partition a block. Lossless behind the rounding to 16 bits.
 */
import { BitWriter } from './bit-writer';
import { toInt16 } from './int16';

const BLOCK = 4096; // samples
const BITS = 16;
const HIGHEST_ORDER = 4;
const HIGHEST_RICE = 14; // 15 is the escape
const SYNC = 0x3ffe; // 14 bits
const SIZE_BEHIND = 7; // at the end of the header, in 16 bits
const RATE_BEHIND = 13; // likewise: not every decoder looks into STREAMINFO for it
const BITS_16 = 4;
const FIXED = 8; // type of a subframe, plus the order

/** `sampleRate`: Hz, up to 65,535. */
export function flac16(pieces: readonly Float32Array[], sampleRate: number): Uint8Array {
  const samples = joined(pieces);
  const writer = new BitWriter();
  for (const letter of 'fLaC') writer.bits(letter.charCodeAt(0), 8);
  writeStreamInfo(writer, samples.length, sampleRate);
  for (let start = 0, frame = 0; start < samples.length; start += BLOCK, frame++) writeFrame(writer, samples.subarray(start, start + BLOCK), frame, sampleRate);
  return writer.written();
}

function joined(pieces: readonly Float32Array[]): Int16Array {
  const samples = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const piece of pieces) for (const sample of piece) samples[filled++] = toInt16(sample);
  return samples;
}

function writeStreamInfo(writer: BitWriter, total: number, sampleRate: number): void {
  writer.bits(1, 1); // the last block of metadata
  writer.bits(0, 7); // is STREAMINFO
  writer.bits(34, 24); // bytes of it
  writer.bits(BLOCK, 16); // smallest and largest block
  writer.bits(BLOCK, 16);
  writer.bits(0, 24); // smallest and largest frame: unknown
  writer.bits(0, 24);
  writer.bits(sampleRate, 20);
  writer.bits(0, 3); // channels - 1
  writer.bits(BITS - 1, 5);
  writer.bits(Math.floor(total / 2 ** 32), 4);
  writer.bits(total >>> 0, 32);
  for (let i = 0; i < 4; i++) writer.bits(0, 32); // MD5 of the samples: unknown
}

function writeFrame(writer: BitWriter, block: Int16Array, frame: number, sampleRate: number): void {
  const start = writer.written().length;
  writer.bits(SYNC, 14);
  writer.bits(0, 2); // blocks of one size
  writer.bits(SIZE_BEHIND, 4);
  writer.bits(RATE_BEHIND, 4);
  writer.bits(0, 4); // one channel
  writer.bits(BITS_16, 3);
  writer.bits(0, 1);
  writeNumber(writer, frame);
  writer.bits(block.length - 1, 16);
  writer.bits(sampleRate, 16);
  writer.bits(crc(writer.written().subarray(start), 8, 0x07), 8);
  writeSubframe(writer, block);
  writer.align();
  writer.bits(crc(writer.written().subarray(start), 16, 0x8005), 16);
}

/** As UTF-8 would write a character of this number, up to 36 bits. */
function writeNumber(writer: BitWriter, value: number): void {
  if (value < 0x80) return writer.bits(value, 8);
  let continued = 1;
  while (value >= 2 ** (6 - continued + 6 * continued)) continued++;
  writer.bits((0xff00 >> (continued + 1)) & 0xff | Math.floor(value / 2 ** (6 * continued)), 8);
  for (let i = continued - 1; i >= 0; i--) writer.bits(0x80 | (Math.floor(value / 2 ** (6 * i)) % 64), 8);
}

/** The predictor whose errors are smallest, and the Rice code that takes the fewest bits for them. */
function writeSubframe(writer: BitWriter, block: Int16Array): void {
  let order = 0;
  let residual = new Int32Array(block);
  for (let candidate = 1, errors = residual; candidate <= Math.min(HIGHEST_ORDER, block.length - 1); candidate++) {
    errors = differences(errors);
    if (magnitude(errors) < magnitude(residual)) [order, residual] = [candidate, errors];
  }
  const codes = new Uint32Array(residual.length);
  for (let i = 0; i < codes.length; i++) codes[i] = (residual[i]! << 1) ^ (residual[i]! >> 31); // 0, -1, 1, -2, ... as 0, 1, 2, 3, ...
  const rice = bestRice(codes);
  writer.bits(0, 1);
  writer.bits(FIXED + order, 6);
  writer.bits(0, 1); // no wasted bits
  for (let i = 0; i < order; i++) writer.bits(block[i]!, BITS);
  writer.bits(0, 2); // Rice parameters of 4 bits
  writer.bits(0, 4); // one partition
  writer.bits(rice, 4);
  for (const code of codes) {
    writer.unary(code >>> rice);
    writer.bits(code, rice);
  }
}

function differences(values: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(values.length - 1);
  for (let i = 0; i < result.length; i++) result[i] = values[i + 1]! - values[i]!;
  return result;
}

/** The mean magnitude: higher orders have fewer errors. */
function magnitude(values: Int32Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum / values.length;
}

function bestRice(codes: Uint32Array): number {
  let [best, fewest] = [0, Infinity];
  for (let rice = 0; rice <= HIGHEST_RICE; rice++) {
    let bits = codes.length * (rice + 1);
    for (const code of codes) bits += code >>> rice;
    if (bits < fewest) [best, fewest] = [rice, bits];
  }
  return best;
}

/** The remainder of the bytes as a polynomial over GF(2), highest bit first, beginning with zero. */
function crc(bytes: Uint8Array, width: 8 | 16, polynomial: number): number {
  const top = 1 << (width - 1);
  let remainder = 0;
  for (const byte of bytes) {
    remainder ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) remainder = remainder & top ? (remainder << 1) ^ polynomial : remainder << 1;
  }
  return remainder & ((1 << width) - 1);
}
