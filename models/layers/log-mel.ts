/**
 * Log-mel features as graph operators: the Fourier transform is a convolution with windowed cosines and sines. The bases are
 * computed in double precision and rounded once.
 */
import type { GraphBuilder, Value } from '../graph/graph-builder';

export interface LogMelSettings {
  sampleRate: number; // Hz
  window: number; // samples under the periodic Hann window
  hop: number; // samples between frames
  fft: number; // samples after zero padding
  bands: number;
  low: number; // Hz, lower edge of the first band
  high: number; // Hz, upper edge of the last band
  floor: number; // added to a band's power before the logarithm
}

/** samples [1, S] -> [1, frames, bands], frames = (S - window) / hop + 1 */
export function logMel(g: GraphBuilder, samples: Value, settings: LogMelSettings): Value {
  const { window, hop, fft, bands, floor } = settings;
  const bins = fft / 2 + 1;
  const basis = g.initializer('log_mel.basis', [2 * bins, 1, window], fourierBasis(window, fft));
  const spectrum = g.node('Conv', [g.node('Unsqueeze', [samples, g.ints([1])]), basis], { strides: [hop], kernel_shape: [window] });
  const parts = g.node('Transpose', [spectrum], { perm: [0, 2, 1] }); // [1, frames, 2 bins]: real parts, then imaginary ones
  const filters = g.initializer('log_mel.filters', [2 * bins, bands], twice(melFilters(settings)));
  const power = g.node('MatMul', [g.node('Mul', [parts, parts]), filters]);
  return g.node('Log', [g.node('Add', [power, g.scalar(floor)])]);
}

/** [2 bins, window]: Hann-windowed cosines, then sines, of the bins 0 .. fft/2 */
function fourierBasis(window: number, fft: number): Float32Array {
  const bins = fft / 2 + 1;
  const basis = new Float32Array(2 * bins * window);
  for (let t = 0; t < window; t++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / window);
    for (let k = 0; k < bins; k++) {
      const angle = (2 * Math.PI * ((k * t) % fft)) / fft;
      basis[k * window + t] = hann * Math.cos(angle);
      basis[(bins + k) * window + t] = hann * Math.sin(angle);
    }
  }
  return basis;
}

/** [bins, bands]: triangles of height 1 on the HTK mel scale */
export function melFilters({ sampleRate, fft, bands, low, high }: Pick<LogMelSettings, 'sampleRate' | 'fft' | 'bands' | 'low' | 'high'>): Float32Array {
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const toHertz = (mel: number) => 700 * (10 ** (mel / 2595) - 1);
  const edge = (i: number) => toHertz(toMel(low) + ((toMel(high) - toMel(low)) * i) / (bands + 1));
  const bins = fft / 2 + 1;
  const filters = new Float32Array(bins * bands);
  for (let band = 0; band < bands; band++) {
    const [left, centre, right] = [edge(band), edge(band + 1), edge(band + 2)];
    for (let k = 0; k < bins; k++) {
      const hertz = (k * sampleRate) / fft;
      filters[k * bands + band] = Math.max(0, Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre)));
    }
  }
  return filters;
}

/** The same rows again: real and imaginary power add up in one product. */
function twice(filters: Float32Array): Float32Array {
  const both = new Float32Array(2 * filters.length);
  both.set(filters);
  both.set(filters, filters.length);
  return both;
}
