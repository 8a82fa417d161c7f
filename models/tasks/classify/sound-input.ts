/** Sound as a classifier reads it: cut into pieces of the length that it takes, each prepared as its card says. */
import type { SoundInput } from '../../cards/card';
import { FRAME, HOP, logMelEnergies } from './filter-bank';

/** How many samples the classifier reads at once. */
export function pieceLength(input: SoundInput): number {
  return input.kind === 'waveform' ? input.samples : (input.frames - 1) * HOP + FRAME;
}

/** A piece, of at most `pieceLength` samples, as the model's input. What is missing behind a shorter one is silence: samples, or energies, of 0. */
export function soundInput(piece: Float32Array, input: SoundInput): { dims: number[]; data: Float32Array } {
  const { mean, std } = input;
  const dims = input.kind === 'waveform' ? [1, input.samples] : [1, input.frames, input.bands];
  const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
  data.set(input.kind === 'waveform' ? piece : logMelEnergies(piece, input.bands));
  return { dims, data: data.map((value) => (value - mean) / std) };
}

/** Cuts sound into pieces of `length` samples, one behind the other; the last one ends with the sound, and so may overlap the one before. Shorter sound is one piece. */
export class SoundPieces {
  private readonly buffer: Float32Array; // the latest samples, of the piece before too
  private filled = 0; // of them those that no piece had yet
  private before = false;

  constructor(private readonly length: number) {
    this.buffer = new Float32Array(2 * length);
  }

  /** The pieces that became full. */
  *push(pcm: Float32Array): Generator<Float32Array> {
    const { length, buffer } = this;
    for (let at = 0; at < pcm.length; ) {
      const part = pcm.subarray(at, at + length - this.filled);
      buffer.set(part, length + this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled < length) return;
      yield buffer.slice(length);
      buffer.copyWithin(0, length);
      this.filled = 0;
      this.before = true;
    }
  }

  /** The rest. */
  *finish(): Generator<Float32Array> {
    if (this.filled === 0) return;
    yield this.buffer.slice(this.before ? this.filled : this.length, this.length + this.filled);
  }
}
