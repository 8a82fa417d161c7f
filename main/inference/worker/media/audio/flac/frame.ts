/** One frame of FLAC (RFC 9639, section 9). */
import { HighBitsFirst } from '../high-bits-first';

/** From the STREAMINFO block (RFC 9639, 8.2). */
export interface FlacInfo {
  sampleRate: number; // Hz
  bits: number; // a sample
  samples: number; // per channel; 0: unknown
}

export interface FlacFrame {
  bytes: number;
  channels: Float32Array[];
}

/** What a subframe holds: whole numbers of up to 33 bits. */
type Samples = Float64Array;

const DEPTHS = [0, 8, 12, undefined, 16, 20, 24, 32]; // bits by their index; 0: as STREAMINFO says
const LEFT_SIDE = 8;
const SIDE_RIGHT = 9;
const MID_SIDE = 10;
const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]]; // predictors by their order
const CRC8 = checksumTable(8, 0x07);
const CRC16 = checksumTable(16, 0x8005);

/** The frame at the front of `bytes`. `cut`: it goes on beyond them; `damaged`: no frame, or its checksum is wrong. */
export function decodeFrame(bytes: Uint8Array, info: FlacInfo): FlacFrame | 'cut' | 'damaged' {
  const bits = new HighBitsFirst(bytes);
  const failed = () => (bits.past ? 'cut' : 'damaged');
  const header = readHeader(bits, info);
  if (!header) return failed();
  const { layout, length, depth } = header;
  const planes: Samples[] = [];
  for (let channel = 0; channel < (layout < LEFT_SIDE ? layout + 1 : 2); channel++) {
    const isSide = layout === SIDE_RIGHT ? channel === 0 : layout >= LEFT_SIDE && channel === 1;
    const plane = readSubframe(bits, length, depth + (isSide ? 1 : 0));
    if (!plane || bits.past) return failed();
    planes.push(plane);
  }
  const end = bits.byte;
  if (end + 2 > bytes.length) return 'cut';
  if (crc16(bytes, end) !== ((bytes[end]! << 8) | bytes[end + 1]!)) return 'damaged';
  if (layout >= LEFT_SIDE) restoreStereo(planes[0]!, planes[1]!, layout);
  return { bytes: end + 2, channels: planes.map((plane) => scaled(plane, 2 ** (1 - depth))) };
}

function readHeader(bits: HighBitsFirst, info: FlacInfo): { layout: number; length: number; depth: number } | undefined {
  if (bits.read(15) !== 0x7ffc) return undefined;
  bits.read(1); // frames of one length or of several
  const [lengthIndex, rateIndex, layout, depthIndex] = [bits.read(4), bits.read(4), bits.read(4), bits.read(3)];
  const depth = DEPTHS[depthIndex];
  if (bits.read(1) !== 0 || lengthIndex === 0 || rateIndex === 15 || layout > MID_SIDE || depth === undefined) return undefined;
  const more = Math.clz32(~bits.read(8) << 24); // the frame's number is stored as UTF-8 stores a character
  for (let i = 1; i < more; i++) bits.read(8);
  const length = lengthIndex < 6 ? (lengthIndex === 1 ? 192 : 144 << lengthIndex) : lengthIndex < 8 ? bits.read(8 * (lengthIndex - 5)) + 1 : 1 << lengthIndex;
  bits.read([12, 13, 14].includes(rateIndex) ? (rateIndex === 12 ? 8 : 16) : 0); // the rate: STREAMINFO's is meant
  const end = bits.byte;
  let crc = 0;
  for (let i = 0; i < end; i++) crc = CRC8[crc ^ bits.bytes[i]!]!;
  return bits.read(8) === crc ? { layout, length, depth: depth || info.bits } : undefined;
}

function readSubframe(bits: HighBitsFirst, length: number, fullDepth: number): Samples | undefined {
  if (bits.read(1) !== 0) return undefined;
  const type = bits.read(6);
  const wasted = bits.read(1) ? bits.readUnary() + 1 : 0; // zeros below every sample
  const depth = fullDepth - wasted;
  if (depth < 1) return undefined;
  const samples = new Float64Array(length);
  if (type === 0) samples.fill(bits.readSigned(depth));
  else if (type === 1) for (let i = 0; i < length; i++) samples[i] = bits.readSigned(depth);
  else if (!readPredicted(bits, samples, type, depth)) return undefined;
  if (wasted > 0) for (let i = 0; i < length; i++) samples[i]! *= 2 ** wasted;
  return samples;
}

/** The first samples as they are, then a linear prediction from the `order` samples before, corrected by a residual. False: damaged. */
function readPredicted(bits: HighBitsFirst, samples: Samples, type: number, depth: number): boolean {
  const order = type >= 32 ? type - 31 : type - 8;
  if (order < 0 || (type < 32 && order > 4) || order > samples.length) return false;
  for (let i = 0; i < order; i++) samples[i] = bits.readSigned(depth);
  let [coefficients, scale] = [FIXED[order] ?? [], 1];
  if (type >= 32) {
    const precision = bits.read(4) + 1;
    const shift = bits.readSigned(5);
    if (precision === 16 || shift < 0) return false;
    scale = 2 ** -shift;
    coefficients = Array.from({ length: order }, () => bits.readSigned(precision));
  }
  if (!readResidual(bits, samples, order)) return false;
  const weights = Float64Array.from(coefficients);
  for (let i = order; i < samples.length; i++) {
    let sum = 0;
    for (let j = 0; j < order; j++) sum += weights[j]! * samples[i - 1 - j]!;
    samples[i]! += Math.floor(sum * scale);
  }
  return true;
}

/** Rice codes in partitions of equal length, each with a parameter of its own; the first misses the `order` samples before. */
function readResidual(bits: HighBitsFirst, samples: Samples, order: number): boolean {
  const method = bits.read(2);
  const parameterBits = method + 4;
  const partitions = 2 ** bits.read(4);
  const length = samples.length / partitions;
  if (method > 1 || !Number.isInteger(length) || length < order) return false;
  for (let partition = 0, i = order; partition < partitions && !bits.past; partition++) {
    const end = (partition + 1) * length;
    const parameter = bits.read(parameterBits);
    if (parameter === 2 ** parameterBits - 1) {
      const width = bits.read(5);
      for (; i < end; i++) samples[i] = width === 0 ? 0 : bits.readSigned(width);
    } else {
      for (; i < end; i++) {
        const folded = (bits.readUnary() << parameter) | bits.read(parameter); // 0, -1, 1, -2, 2, ...
        samples[i] = (folded >>> 1) ^ -(folded & 1);
      }
    }
  }
  return true;
}

/** Two channels are stored as one of them, or their mean, and their difference. */
function restoreStereo(first: Samples, second: Samples, layout: number): void {
  for (let i = 0; i < first.length; i++) {
    const [a, b] = [first[i]!, second[i]!];
    if (layout === LEFT_SIDE) second[i] = a - b;
    else if (layout === SIDE_RIGHT) first[i] = a + b;
    else {
      first[i] = a + Math.ceil(b / 2); // the mean was rounded down
      second[i] = first[i]! - b;
    }
  }
}

function scaled(samples: Samples, factor: number): Float32Array {
  const sound = new Float32Array(samples.length);
  for (let i = 0; i < sound.length; i++) sound[i] = samples[i]! * factor;
  return sound;
}

function crc16(bytes: Uint8Array, end: number): number {
  let crc = 0;
  for (let i = 0; i < end; i++) crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ bytes[i]!]!;
  return crc;
}

/** Remainders of all bytes for a checksum of `width` bits, highest bit first. */
function checksumTable(width: 8 | 16, polynomial: number): Uint16Array {
  const [top, mask] = [1 << (width - 1), 2 ** width - 1];
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) crc = crc & top ? ((crc << 1) ^ polynomial) & mask : crc << 1;
    return crc;
  });
}
