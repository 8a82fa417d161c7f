/** Residues (Vorbis I, section 8): the fine structure of spectra, by vectors of codebooks in up to eight passes. */
import { damaged } from '../faults';
import type { Codebook } from './codebook';
import type { LowBitsFirst } from './low-bits-first';

const PASSES = 8;

export class Residue {
  private readonly kind: number;
  private readonly begin: number;
  private readonly end: number;
  private readonly partitionSize: number;
  private readonly classes: (Codebook | undefined)[][]; // the book of each pass
  private readonly classBook: Codebook;

  constructor(bits: LowBitsFirst, books: Codebook[]) {
    const book = () => {
      const found = books[bits.read(8)];
      if (!found) throw damaged('the Vorbis header names a codebook that it does not hold');
      return found;
    };
    this.kind = bits.read(16);
    this.begin = bits.read(24);
    this.end = bits.read(24);
    this.partitionSize = bits.read(24) + 1;
    const count = bits.read(6) + 1;
    this.classBook = book();
    const cascades = Array.from({ length: count }, () => bits.read(3) | (bits.flag() ? bits.read(5) << 3 : 0));
    this.classes = cascades.map((cascade) => Array.from({ length: PASSES }, (_, pass) => (cascade & (1 << pass) ? book() : undefined)));
    if (this.kind > 2 || bits.past || this.end < this.begin) throw damaged('the Vorbis header holds a damaged residue');
  }

  /** Adds to the spectra, which are of equal length. Those of `silent` channels stay as they are, except that kind 2 codes all channels as one. */
  decode(bits: LowBitsFirst, spectra: Float32Array[], silent: boolean[]): void {
    if (silent.every(Boolean)) return;
    if (this.kind < 2) return this.decodeVectors(bits, spectra.filter((_, channel) => !silent[channel]));
    const together = new Float32Array(spectra.length * spectra[0]!.length);
    this.decodeVectors(bits, [together]);
    for (const [channel, spectrum] of spectra.entries()) for (let i = 0; i < spectrum.length; i++) spectrum[i] = together[i * spectra.length + channel]!;
  }

  private decodeVectors(bits: LowBitsFirst, vectors: Float32Array[]): void {
    const length = vectors[0]!.length;
    const begin = Math.min(this.begin, length);
    const partitions = Math.floor((Math.min(this.end, length) - begin) / this.partitionSize);
    const group = this.classBook.dimensions; // partitions whose classes one code word tells
    const classes = vectors.map(() => new Uint8Array(partitions + group));
    for (let pass = 0; pass < PASSES; pass++) {
      for (let first = 0; first < partitions; first += group) {
        if (pass === 0 && !classes.every((own) => this.readClasses(bits, own, first))) return;
        for (let partition = first; partition < Math.min(first + group, partitions); partition++) {
          for (const [i, vector] of vectors.entries()) {
            const book = this.classes[classes[i]![partition]!]![pass];
            if (book && !this.add(bits, book, vector, begin + partition * this.partitionSize)) return;
          }
        }
      }
    }
  }

  private readClasses(bits: LowBitsFirst, classes: Uint8Array, first: number): boolean {
    let code = this.classBook.entry(bits);
    if (code === undefined) return false;
    for (let i = this.classBook.dimensions - 1; i >= 0; i--) {
      classes[first + i] = code % this.classes.length;
      code = Math.floor(code / this.classes.length);
    }
    return true;
  }

  /** One partition; false where the packet ends, which is no damage. */
  private add(bits: LowBitsFirst, book: Codebook, out: Float32Array, at: number): boolean {
    const { dimensions, vectors } = book;
    if (!vectors) return false;
    const count = Math.floor(this.partitionSize / dimensions);
    const [step, stride] = this.kind === 0 ? [1, count] : [dimensions, 1]; // between vectors, and between a vector's values
    for (let n = 0; n < count; n++) {
      const entry = book.entry(bits);
      if (entry === undefined) return false;
      for (let i = 0; i < dimensions; i++) out[at + n * step + i * stride]! += vectors[entry * dimensions + i]!;
    }
    return true;
  }
}
