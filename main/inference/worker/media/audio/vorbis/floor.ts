/** Floors of kind 1 (Vorbis I, section 7): the coarse shape of a spectrum, a line through few points on a scale of decibels. */
import { damaged, unsupported } from '../faults';
import type { Codebook } from './codebook';
import { bitLength, type LowBitsFirst } from './low-bits-first';

const RANGES = [256, 128, 86, 64]; // heights of a point, by the multiplier
/** Heights of 140/256 dB, up to 0 dB. */
const LOUDNESS = Float32Array.from({ length: 256 }, (_, height) => 10 ** (((height - 255) * 140) / 256 / 20));

interface PointClass {
  points: number;
  subclassBits: number;
  master: Codebook | undefined;
  books: (Codebook | undefined)[];
}

interface Neighbours {
  low: number;
  high: number;
}

export class Floor {
  private readonly partitions: PointClass[];
  private readonly multiplier: number;
  private readonly x: number[]; // of the points, as they are coded
  private readonly neighbours: Neighbours[]; // of each point among those coded before it
  private readonly rising: number[]; // indices of the points by their x

  constructor(bits: LowBitsFirst, books: Codebook[]) {
    const kind = bits.read(16);
    if (kind === 0) throw unsupported('the Vorbis stream is of the time before 2002 (floors of kind 0), which cannot be read');
    const classes = Array.from({ length: bits.read(5) }, () => bits.read(4));
    const kinds = Array.from({ length: Math.max(-1, ...classes) + 1 }, () => readClass(bits, books));
    this.multiplier = bits.read(2) + 1;
    const width = bits.read(4);
    this.partitions = classes.map((index) => kinds[index]!);
    this.x = [0, 1 << width, ...this.partitions.flatMap(({ points }) => Array.from({ length: points }, () => bits.read(width)))];
    if (kind > 1 || bits.past || new Set(this.x).size < this.x.length) throw damaged('the Vorbis header holds a damaged floor');
    this.neighbours = this.x.map((x, i) => neighboursOf(this.x.slice(0, i), x));
    this.rising = this.x.map((_, i) => i).sort((a, b) => this.x[a]! - this.x[b]!);
  }

  /** The heights of the points as they are coded; undefined: silence, or the packet ends within them. */
  read(bits: LowBitsFirst): number[] | undefined {
    if (!bits.flag()) return undefined;
    const width = bitLength(RANGES[this.multiplier - 1]! - 1);
    const heights = [bits.read(width), bits.read(width)];
    for (const { points, subclassBits, master, books } of this.partitions) {
      let choice = master ? master.entry(bits) : 0;
      if (choice === undefined) return undefined;
      for (let i = 0; i < points; i++) {
        const book = books[choice & (2 ** subclassBits - 1)];
        choice >>= subclassBits;
        const height = book ? book.entry(bits) : 0;
        if (height === undefined) return undefined;
        heights.push(height);
      }
    }
    return bits.past ? undefined : heights;
  }

  /** Multiplies the spectrum by the curve through the points. */
  apply(coded: number[], spectrum: Float32Array): void {
    const { heights, used } = this.unfold(coded);
    let [fromX, fromY] = [0, heights[0]! * this.multiplier];
    for (const point of this.rising) {
      if (point === 0 || !used[point]) continue;
      const [toX, toY] = [this.x[point]!, heights[point]! * this.multiplier];
      line(spectrum, fromX, fromY, toX, toY);
      [fromX, fromY] = [toX, toY];
    }
    const level = LOUDNESS[fromY]!;
    for (let i = fromX; i < spectrum.length; i++) spectrum[i]! *= level;
  }

  /** A point is coded by its distance from the line between its neighbours, folded so that small ones are either way; 0: it lies on that line. */
  private unfold(coded: number[]): { heights: number[]; used: boolean[] } {
    const range = RANGES[this.multiplier - 1]!;
    const heights = coded.slice(0, 2);
    const used = [true, true];
    for (let i = 2; i < coded.length; i++) {
      const { low, high } = this.neighbours[i]!;
      const expected = between(this.x[low]!, heights[low]!, this.x[high]!, heights[high]!, this.x[i]!);
      const [above, below] = [range - expected, expected];
      const distance = coded[i]!;
      used[i] = distance !== 0;
      if (distance !== 0) used[low] = used[high] = true;
      let height = expected;
      if (distance >= 2 * Math.min(above, below)) height = above > below ? distance : range - 1 - distance;
      else height += distance % 2 === 1 ? -(distance + 1) / 2 : distance / 2;
      heights.push(Math.min(range - 1, Math.max(0, height)));
    }
    return { heights, used };
  }
}

function readClass(bits: LowBitsFirst, books: Codebook[]): PointClass {
  const book = (index: number) => {
    if (!books[index]) throw damaged('the Vorbis header names a codebook that it does not hold');
    return books[index];
  };
  const points = bits.read(3) + 1;
  const subclassBits = bits.read(2);
  const master = subclassBits > 0 ? book(bits.read(8)) : undefined;
  const own = Array.from({ length: 2 ** subclassBits }, () => {
    const index = bits.read(8) - 1;
    return index < 0 ? undefined : book(index);
  });
  return { points, subclassBits, master, books: own };
}

/** The nearest of the earlier points on both sides of `x`. */
function neighboursOf(earlier: number[], x: number): Neighbours {
  let [low, high] = [-1, -1];
  for (const [i, other] of earlier.entries()) {
    if (other < x && (low < 0 || other > earlier[low]!)) low = i;
    if (other > x && (high < 0 || other < earlier[high]!)) high = i;
  }
  return { low, high };
}

/** The height at `x` of the line between two points, rounded towards the first. */
function between(x0: number, y0: number, x1: number, y1: number, x: number): number {
  const rise = Math.floor((Math.abs(y1 - y0) * (x - x0)) / (x1 - x0));
  return y1 < y0 ? y0 - rise : y0 + rise;
}

/** Multiplies the spectrum from x0 up to x1 by the line between two points, each value rounded towards the first. */
function line(spectrum: Float32Array, x0: number, y0: number, x1: number, y1: number): void {
  const end = Math.min(x1, spectrum.length);
  const [width, height] = [x1 - x0, Math.abs(y1 - y0)];
  const sign = y1 < y0 ? -1 : 1;
  for (let x = x0, y = y0, rest = 0; x < end; x++) {
    spectrum[x]! *= LOUDNESS[y]!;
    rest += height;
    for (; rest >= width; rest -= width) y += sign;
  }
}
