import { ModelError } from '../../errors';

/**
 * Streaming sample-rate conversion by any rational ratio: polyphase filter bank, sinc low-pass in a Kaiser window.
 *
 * Glossary: L / M the ratio output / input in lowest terms; output k lies at input time k M / L, that is between samples with phase (k M mod L) / L;
 * H half the filter's length in input samples. Pass band to 0.9 of the lower Nyquist frequency, stop band from that frequency on, at -90 dB.
 * Window and length: J. F. Kaiser, 1974 (beta = 0.1102 (A - 8.7), taps = (A - 7.95) / (2.285 dw)).
 */
const ATTENUATION = 90; // dB
const TRANSITION = 0.1; // of the lower Nyquist frequency
const BETA = 0.1102 * (ATTENUATION - 8.7);
const MAX_TABLE = 24e6; // coefficients: 96 MB, reached by rates near 192 kHz that share no factor with 16 kHz

/** Pushing a signal in blocks of any length gives, bit for bit, what pushing it whole gives: ceil(n L / M) samples for n. */
export class Resampler {
  private readonly L: number;
  private readonly M: number;
  private readonly H: number;
  private readonly bank: Float32Array; // [L, 2 H]
  private history: Float32Array; // input from sample `origin` on
  private origin: number;
  private received = 0;
  private produced = 0;

  /** Rates in Hz. Errors: BAD_INPUT for rates which no recorder uses. */
  constructor(
    readonly inputRate: number,
    readonly outputRate: number,
  ) {
    if (!Number.isInteger(inputRate) || inputRate < 2000 || inputRate > 768000) {
      throw new ModelError('BAD_INPUT', `a sample rate between 2 and 768 kHz was expected, the recording has ${inputRate} Hz`, 'Convert it to 16 kHz.');
    }
    const divisor = gcd(inputRate, outputRate);
    this.L = outputRate / divisor;
    this.M = inputRate / divisor;
    const nyquist = Math.min(1, outputRate / inputRate); // lower Nyquist frequency, in units of the input's
    const taps = (ATTENUATION - 7.95) / (2.285 * Math.PI * TRANSITION * nyquist);
    this.H = 2 * Math.ceil(taps / 4); // even, for the inner loop
    if (this.L * 2 * this.H > MAX_TABLE) {
      throw new ModelError('BAD_INPUT', `a recording at ${inputRate} Hz cannot be converted`, 'Convert it to 16 kHz.');
    }
    this.bank = this.L === this.M ? new Float32Array(0) : filterBank(this.L, this.H, nyquist * (1 - TRANSITION / 2));
    this.history = new Float32Array(this.H - 1); // silence before the first sample
    this.origin = 1 - this.H;
  }

  push(block: Float32Array): Float32Array {
    this.received += block.length;
    if (this.L === this.M) return block;
    this.append(block);
    // output k needs input up to floor(k M / L) + H
    return this.produce(Math.max(0, Math.ceil(((this.received - this.H) * this.L) / this.M)));
  }

  finish(): Float32Array {
    if (this.L === this.M) return new Float32Array(0);
    this.append(new Float32Array(this.H));
    return this.produce(Math.ceil((this.received * this.L) / this.M));
  }

  private append(block: Float32Array): void {
    const needed = Math.floor((this.produced * this.M) / this.L) - this.H + 1; // first input of the next output
    const kept = this.history.subarray(Math.max(0, needed - this.origin));
    this.origin = Math.max(needed, this.origin);
    const joined = new Float32Array(kept.length + block.length);
    joined.set(kept);
    joined.set(block, kept.length);
    this.history = joined;
  }

  private produce(until: number): Float32Array {
    const { L, M, H, bank, history } = this;
    const output = new Float32Array(Math.max(0, until - this.produced));
    for (let k = 0; k < output.length; k++) {
      const position = (this.produced + k) * M;
      const phase = position % L;
      const start = ((position - phase) / L - H + 1 - this.origin) | 0; // `| 0`: integer indices are a third faster
      const taps = (phase * 2 * H) | 0;
      let [a, b, c, d] = [0, 0, 0, 0]; // four sums in flight
      for (let i = start, j = taps; j < taps + 2 * H; i += 4, j += 4) {
        a += history[i]! * bank[j]!;
        b += history[i + 1]! * bank[j + 1]!;
        c += history[i + 2]! * bank[j + 2]!;
        d += history[i + 3]! * bank[j + 3]!;
      }
      output[k] = a + b + c + d;
    }
    this.produced += output.length;
    return output;
  }
}

/** Row p holds the filter for outputs p / L behind an input sample; each row sums to 1, so that a constant stays a constant. */
function filterBank(L: number, H: number, cutoff: number): Float32Array {
  const bank = new Float32Array(L * 2 * H);
  const scale = 1 / bessel0(BETA);
  const row = new Float64Array(2 * H);
  for (let phase = 0; phase < L; phase++) {
    let sum = 0;
    for (let j = 0; j < 2 * H; j++) {
      const u = phase / L + H - 1 - j; // distance from the output's time, in input samples
      const window = Math.abs(u) < H ? bessel0(BETA * Math.sqrt(1 - (u / H) ** 2)) * scale : 0;
      row[j] = sinc(cutoff * u) * window;
      sum += row[j]!;
    }
    for (let j = 0; j < 2 * H; j++) bank[phase * 2 * H + j] = row[j]! / sum;
  }
  return bank;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
