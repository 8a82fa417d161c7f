/** Streams of MPEG audio layer III with random contents in every way of coding, which encoders use seldom or never. */
import { bandLayouts } from '../../main/inference/worker/media/audio/mpeg/layer3/bands';
import { PAIR_CODES, QUADRUPLE_CODES } from '../../main/inference/worker/media/audio/mpeg/layer3/huffman-codes';
import { noScaleFactors, readLowScaleFactors, readScaleFactors } from '../../main/inference/worker/media/audio/mpeg/layer3/scale-factors';
import type { Granule, WindowKind } from '../../main/inference/worker/media/audio/mpeg/layer3/side-info';
import { HighBitsFirst } from '../../main/inference/worker/media/audio/high-bits-first';
import type { Random } from './random';

export interface StreamPlan {
  version: '1' | '2' | '2.5';
  rate: 0 | 1 | 2; // of 44.1, 48 and 32 kHz, or their parts
  mode: 'stereo' | 'joint' | 'mono';
  middleSide?: boolean;
  intensity?: boolean;
  windows: (WindowKind | 'mixed')[]; // by turns, a granule each
  checksum?: boolean;
}

interface Part {
  side: Bits;
  main: Bits;
}

const LARGEST_BIT_RATE = 14;
const FARTHEST = { '1': 511, '2': 255, '2.5': 255 };
const MODES = { stereo: 0, joint: 1, mono: 3 };
const KINDS = ['long', 'start', 'short', 'stop'];
const ESCAPES = [...Array<number>(16).fill(0), 1, 2, 3, 4, 6, 8, 10, 13, 4, 5, 6, 7, 8, 9, 11, 13];
const TABLES = ESCAPES.map((_, table) => table).filter((table) => table !== 4 && table !== 14);

export function randomStream(plan: StreamPlan, frames: number, random: Random): Uint8Array {
  const low = plan.version !== '1';
  const channels = plan.mode === 'mono' ? 1 : 2;
  const sideBytes = low ? (channels === 1 ? 9 : 17) : channels === 1 ? 17 : 32;
  const head = 4 + (plan.checksum ? 2 : 0) + sideBytes;
  const [bitRate, sampleRate] = [low ? 160_000 : 320_000, [44100, 48000, 32000][plan.rate]! / { '1': 1, '2': 2, '2.5': 4 }[plan.version]];
  const capacity = Math.floor(((low ? 72 : 144) * bitRate) / sampleRate) - head; // main data of a frame
  const main = new Uint8Array(frames * capacity);
  const headers: Bits[] = [];
  let at = 0; // bytes of main data
  for (let frame = 0, granule = 0; frame < frames; frame++) {
    at = Math.max(at, frame * capacity - FARTHEST[plan.version]);
    const side = new Bits();
    side.put(frame * capacity - at, low ? 8 : 9);
    side.put(0, low ? channels : channels === 1 ? 5 : 3);
    const kinds = Array.from({ length: low ? 1 : 2 }, () => plan.windows[granule++ % plan.windows.length]!);
    const shared = Array.from({ length: channels }, () => (!low && !kinds.some((kind) => kind === 'short' || kind === 'mixed') ? random.below(16) : 0));
    if (!low) for (const groups of shared) side.put(groups, 4);
    const room = 8 * ((frame + 1) * capacity - at);
    const data = new Bits();
    for (const [index, kind] of kinds.entries()) {
      for (const [channel, groups] of shared.entries()) {
        const part = randomPart(plan, kind, channel, index === 0 ? 0 : groups, Math.min(4095, Math.floor(room / kinds.length / channels)), random);
        side.append(part.side);
        data.append(part.main);
      }
    }
    main.set(data.bytes(), at);
    at += data.bytes().length;
    headers.push(side);
  }
  return Uint8Array.from(headers.flatMap((side, frame) => [...header(plan), ...side.bytes(), ...main.subarray(frame * capacity, (frame + 1) * capacity)]));
}

function header({ version, rate, mode, middleSide, intensity, checksum }: StreamPlan): number[] {
  const versionBits = { '2.5': 0, '2': 2, '1': 3 }[version];
  const fixed = [0xff, 0xe2 | (versionBits << 3) | (checksum ? 0 : 1), (LARGEST_BIT_RATE << 4) | (rate << 2), (MODES[mode] << 6) | (middleSide ? 0x20 : 0) | (intensity ? 0x10 : 0)];
  return checksum ? [...fixed, 0, 0] : fixed;
}

/** A granule of one channel in at most `most` bits. */
function randomPart(plan: StreamPlan, kind: WindowKind | 'mixed', channel: number, shared: number, most: number, random: Random): Part {
  const low = plan.version !== '1';
  const positions = low && plan.intensity === true && channel === 1;
  const layouts = bandLayouts[plan.rate + { '1': 0, '2': 3, '2.5': 6 }[plan.version]]!;
  const window = kind === 'mixed' ? 'short' : kind;
  const layout = window !== 'short' ? layouts.long : kind === 'mixed' ? layouts.mixed : layouts.short;
  const factorCode = random.below(low ? 512 : 16);

  const main = new Bits();
  const noise = new HighBitsFirst(Uint8Array.from({ length: 64 }, () => random.below(256)));
  const granule = { factorCode, layout, shared } as Granule;
  if (low) readLowScaleFactors(noise, granule, positions, noScaleFactors());
  else readScaleFactors(noise, granule, noScaleFactors());
  const copied = new HighBitsFirst(noise.bytes);
  for (let i = 0; i < noise.position; i++) main.put(copied.read(1), 1);

  const tables = [0, 1, 2].map(() => TABLES[random.below(TABLES.length)]!);
  if (window !== 'long') tables[2] = 0;
  const loudest = Math.max(...tables.map((table) => 15 + 2 ** ESCAPES[table]!));
  const gain = Math.max(0, Math.round(210 - 4 * Math.log2(loudest ** (4 / 3)) - random.below(24)));
  const counts = [random.below(16), random.below(8)] as const;
  const end = (band: number) => layouts.long.ends[Math.min(band, 21)]!;
  const borders = window === 'long' ? [end(counts[0]), end(counts[0] + counts[1] + 1)] : [window === 'short' ? layouts.short.ends[8]! : layouts.long.ends[7]!, 576];
  const wanted = random.below(plan.intensity && channel === 1 ? 60 : 289);
  let pairs = 0;
  for (; pairs < wanted && main.length < most - 100; pairs++) putPair(main, tables[borders.filter((border) => 2 * pairs >= border).length]!, random);
  const quadrupleTable = random.below(2);
  for (let i = 2 * pairs; i + 4 <= 576 && main.length < most - 20 && random.below(20) > 0; i += 4) putQuadruple(main, quadrupleTable, random);

  const side = new Bits();
  side.put(main.length, 12);
  side.put(pairs, 9);
  side.put(gain, 8);
  side.put(factorCode, low ? 9 : 4);
  if (window === 'long') {
    side.put(0, 1);
    for (const table of tables) side.put(table, 5);
    side.put(counts[0], 4);
    side.put(counts[1], 3);
  } else {
    side.put(1, 1);
    side.put(KINDS.indexOf(window), 2);
    side.put(kind === 'mixed' ? 1 : 0, 1);
    for (const table of tables.slice(0, 2)) side.put(table, 5);
    for (let i = 0; i < 3; i++) side.put(random.below(4), 3);
  }
  if (!low) side.put(random.below(2), 1);
  side.put(random.below(2), 1);
  side.put(quadrupleTable, 1);
  return { side, main };
}

function putPair(bits: Bits, table: number, random: Random): void {
  const words = PAIR_WORDS[table < 16 ? table : table < 24 ? 16 : 24];
  if (!words) return;
  const { code, length, symbol } = words[random.below(words.length)]!;
  bits.put(code, length);
  for (const value of [symbol >> 4, symbol & 15]) {
    if (value === 15 && ESCAPES[table]! > 0) bits.put(random.below(2 ** ESCAPES[table]!), ESCAPES[table]!);
    if (value > 0) bits.put(random.below(2), 1);
  }
}

function putQuadruple(bits: Bits, table: number, random: Random): void {
  const { code, length, symbol } = QUADRUPLE_WORDS[table]![random.below(16)]!;
  bits.put(code, length);
  for (let bit = 1; bit < 16; bit *= 2) if (symbol & bit) bits.put(random.below(2), 1);
}

interface Word {
  code: number;
  length: number;
  symbol: number;
}

const PAIR_WORDS = Object.fromEntries(Object.entries(PAIR_CODES).map(([table, leaves]) => [table, wordsOf(leaves)])) as Record<number, Word[] | undefined>;
const QUADRUPLE_WORDS = QUADRUPLE_CODES.map(wordsOf);

/** Each leaf's code word follows that of the leaf to its left. */
function wordsOf(leaves: string): Word[] {
  let next = 0; // the word's bits behind the point
  return (leaves.match(/.../g) ?? []).map((leaf) => {
    const length = parseInt(leaf[0]!, 36);
    const word = { code: next * 2 ** length, length, symbol: parseInt(leaf.slice(1), 16) };
    next += 2 ** -length;
    return word;
  });
}

class Bits {
  private readonly bits: number[] = [];

  get length(): number {
    return this.bits.length;
  }

  put(value: number, width: number): void {
    for (let bit = width - 1; bit >= 0; bit--) this.bits.push((value >> bit) & 1);
  }

  append(other: Bits): void {
    this.bits.push(...other.bits);
  }

  bytes(): number[] {
    return Array.from({ length: Math.ceil(this.length / 8) }, (_, i) => Array.from({ length: 8 }, (_, bit) => this.bits[8 * i + bit] ?? 0).reduce((byte, bit) => 2 * byte + bit));
  }
}
