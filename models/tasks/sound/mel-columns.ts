import { melFilters } from '../../layers/log-mel';
import { PowerSpectrum } from './fft';

export interface MelColumnSettings {
  sampleRate: number; // Hz
  hop: number; // samples a column
  fft: number; // samples under the Hann window, a power of two of at least `hop`
  bands: number;
}

/** A sine at full scale has 0 dB. Speech at a usual level fills this range. */
const FLOOR_DB = -90; // black
const CEILING_DB = -10; // white
const LOWEST_HERTZ = 30;

/** Triangle of one mel band over the bins of the spectrum. */
interface Band {
  first: number; // bin
  weights: Float64Array;
}

/** Sound -> columns of a mel spectrogram, each [bands] bytes from the lowest band up, centred on its stretch of `hop` samples. */
export class MelColumns {
  private readonly spectrum: PowerSpectrum;
  private readonly window: Float64Array; // scaled so that a full-scale sine has power 1
  private readonly bands: Band[];
  private readonly recent: Float32Array; // the last samples, as many as the window
  private readonly frame: Float64Array;
  private readonly power: Float64Array;
  private received = 0;
  private given = 0;

  constructor(private readonly settings: MelColumnSettings) {
    const { fft } = settings;
    this.spectrum = new PowerSpectrum(fft);
    this.window = Float64Array.from({ length: fft }, (_, t) => (0.5 - 0.5 * Math.cos((2 * Math.PI * t) / fft)) * (4 / fft));
    this.bands = triangles(settings);
    this.recent = new Float32Array(fft);
    this.frame = new Float64Array(fft);
    this.power = new Float64Array(fft / 2 + 1);
  }

  /** The columns that became complete. */
  *push(pcm: Float32Array): Generator<Uint8Array> {
    for (let at = 0; at < pcm.length; ) {
      const piece = pcm.subarray(at, at + this.end() - this.received);
      if (piece.length < this.recent.length) this.recent.copyWithin(0, piece.length);
      this.recent.set(piece.subarray(-this.recent.length), Math.max(0, this.recent.length - piece.length));
      this.received += piece.length;
      at += piece.length;
      if (this.received === this.end()) yield this.column();
    }
  }

  /** The rest: every begun stretch gets its column, silence follows the end. */
  *finish(): Generator<Uint8Array> {
    const total = Math.ceil(this.received / this.settings.hop);
    while (this.given < total) yield* this.push(new Float32Array(this.end() - this.received));
  }

  /** How many samples must have come before the next column can be drawn. */
  private end(): number {
    const { hop, fft } = this.settings;
    return this.given * hop + (hop + fft) / 2;
  }

  private column(): Uint8Array {
    for (let t = 0; t < this.frame.length; t++) this.frame[t] = this.recent[t]! * this.window[t]!;
    this.spectrum.into(this.power, this.frame);
    this.given++;
    const shades = new Uint8Array(this.bands.length);
    for (const [band, { first, weights }] of this.bands.entries()) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * this.power[first + i]!;
      shades[band] = shade(10 * Math.log10(sum));
    }
    return shades;
  }
}

function shade(decibels: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (CEILING_DB - FLOOR_DB))));
}

/** Only the bins under each triangle. A band narrower than a bin takes the nearest one. */
function triangles({ sampleRate, fft, bands }: MelColumnSettings): Band[] {
  const bins = fft / 2 + 1;
  const filters = melFilters({ sampleRate, fft, bands, low: LOWEST_HERTZ, high: sampleRate / 2 });
  let nearest = Math.round((LOWEST_HERTZ * fft) / sampleRate);
  return Array.from({ length: bands }, (_, band) => {
    const column = Float64Array.from({ length: bins }, (_, bin) => filters[bin * bands + band]!);
    const first = column.findIndex((weight) => weight > 0);
    if (first < 0) return { first: nearest, weights: Float64Array.of(1) };
    nearest = first;
    return { first, weights: column.slice(first, column.findLastIndex((weight) => weight > 0) + 1) };
  });
}
