/**
 * Log-mel energies as the recogniser toolkit Kaldi defines them (compute-fbank-feats, with the settings of published audio classifiers: Hann window, no dither, no
 * energy): frames of 25 ms, 10 ms apart, each freed of its mean, pre-emphasised, windowed; triangles evenly spaced in mel, their height 1.
 */
import { PowerSpectrum } from '../sound/fft';

const RATE = 16_000; // Hz
export const FRAME = 400; // samples
export const HOP = 160;
const FFT = 512;
const PREEMPHASIS = 0.97;
const LOWEST_HERTZ = 20;
/** The logarithm of nothing is that of this: the spacing of float32 at 1. */
const LEAST = 2 ** -23;

const window = Float64Array.from({ length: FRAME }, (_, t) => 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / (FRAME - 1)));
const toMel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);

/** Samples at 16 kHz -> [frames, bands], frames = floor((samples - 400) / 160) + 1, none for less than a frame. */
export function logMelEnergies(samples: Float32Array, bands: number): Float32Array {
  const frames = samples.length < FRAME ? 0 : Math.floor((samples.length - FRAME) / HOP) + 1;
  const triangles = trianglesOf(bands);
  const spectrum = new PowerSpectrum(FFT);
  const [padded, power] = [new Float64Array(FFT), new Float64Array(FFT / 2 + 1)];
  const result = new Float32Array(frames * bands);
  for (let frame = 0; frame < frames; frame++) {
    const from = frame * HOP;
    let mean = 0;
    for (let t = 0; t < FRAME; t++) mean += samples[from + t]! / FRAME;
    for (let t = 0; t < FRAME; t++) {
      const before = samples[from + Math.max(0, t - 1)]! - mean;
      padded[t] = (samples[from + t]! - mean - PREEMPHASIS * before) * window[t]!;
    }
    spectrum.into(power, padded);
    for (let band = 0; band < bands; band++) {
      let energy = 0;
      for (const [bin, height] of triangles[band]!) energy += height * power[bin]!;
      result[frame * bands + band] = Math.log(Math.max(energy, LEAST));
    }
  }
  return result;
}

/** Of each band the bins under its triangle and the triangle's height there; a narrow one may have none. */
function trianglesOf(bands: number): [number, number][][] {
  const [low, high] = [toMel(LOWEST_HERTZ), toMel(RATE / 2)];
  const step = (high - low) / (bands + 1);
  return Array.from({ length: bands }, (_, band) => {
    const left = low + band * step;
    const heights = Array.from({ length: FFT / 2 }, (_, bin): [number, number] => {
      const place = (toMel((bin * RATE) / FFT) - left) / step; // 1 at the top
      return [bin, Math.min(place, 2 - place)];
    });
    return heights.filter(([, height]) => height > 0);
  });
}
