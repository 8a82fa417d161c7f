/**
 * Short-time Fourier transforms inside a graph, as products with fixed bases, on centred frames (the recording is mirrored at both ends), as
 * torch.stft and torch.istft define them with a periodic Hann window of the transform's length.
 *
 * Glossary: S samples, T = 1 + floor(S / hop) frames, F = size / 2 + 1 bins.
 */
import type { GraphBuilder, Value } from '../graph/graph-builder';

export interface Transform {
  size: number; // samples of a frame
  hop: number;
}

/** Real and imaginary parts, each [1, F, T], of pcm [1, S]; S > size / 2. */
export function spectrum(g: GraphBuilder, pcm: Value, { size, hop }: Transform): [Value, Value] {
  const bins = size / 2 + 1;
  const half = size / 2;
  const mirrored = g.node('Pad', [g.node('Unsqueeze', [pcm, g.ints([1])]), g.ints([0, 0, half, 0, 0, half])], { mode: 'reflect' });
  const basis = g.initializer('spectrum.basis', [2 * bins, 1, size], () => windowed(size, (wave) => wave));
  const parts = g.node('Conv', [mirrored, basis], { kernel_shape: [size], strides: [hop] });
  return g.nodes(2, 'Split', [parts], { axis: 1, num_outputs: 2 }) as [Value, Value];
}

/** The recordings [B, S] whose spectra have these parts [B, F, T]; `like` is one of that length. */
export function fromSpectrum(g: GraphBuilder, [real, imaginary]: readonly [Value, Value], like: Value, { size, hop }: Transform): Value {
  const bins = size / 2 + 1;
  // of a real signal: every bin but the first and the last stands for two
  const basis = g.initializer('spectrum.inverse', [2 * bins, 1, size], () => windowed(size, (wave, bin) => (wave * (bin % half === 0 ? 1 : 2)) / size));
  const half = size / 2;
  const overlapped = g.node('ConvTranspose', [g.node('Concat', [real, imaginary], { axis: 1 }), basis], { kernel_shape: [size], strides: [hop] });
  const ones = g.node('Add', [g.node('Mul', [g.node('Slice', [real, g.ints([0]), g.ints([1]), g.ints([1])]), g.scalar(0)]), g.scalar(1)]); // [B, 1, T]
  const squares = g.initializer('spectrum.envelope', [1, 1, size], () => Float32Array.from({ length: size }, (_, n) => hann(n, size) ** 2));
  const envelope = g.node('ConvTranspose', [ones, squares], { kernel_shape: [size], strides: [hop] });
  const end = g.node('Add', [g.node('Shape', [like], { start: 1, end: 2 }), g.ints([half])]);
  const cut = (x: Value) => g.node('Slice', [x, g.ints([half]), end, g.ints([2])]);
  return g.node('Squeeze', [g.node('Div', [cut(overlapped), cut(envelope)]), g.ints([1])]);
}

/** The angle of (x, y) from -pi to pi, 0 for nothing, as torch.angle. */
export function angle(g: GraphBuilder, x: Value, y: Value): Value {
  const zero = g.scalar(0);
  const upright = g.node('Where', [g.node('Greater', [y, zero]), g.scalar(Math.PI / 2), g.node('Where', [g.node('Less', [y, zero]), g.scalar(-Math.PI / 2), zero])]);
  const left = g.node('Less', [x, zero]);
  const turn = g.node('Where', [left, g.node('Where', [g.node('Less', [y, zero]), g.scalar(-Math.PI), g.scalar(Math.PI)]), zero]);
  const none = g.node('Equal', [x, zero]);
  const slope = g.node('Atan', [g.node('Div', [y, g.node('Where', [none, g.scalar(1), x])])]);
  return g.node('Where', [none, upright, g.node('Add', [slope, turn])]);
}

/** Windowed cosines of all bins, then negative sines: [2F, size] */
function windowed(size: number, scale: (wave: number, bin: number) => number): Float32Array {
  const bins = size / 2 + 1;
  const basis = new Float32Array(2 * bins * size);
  for (let bin = 0; bin < bins; bin++) {
    for (let n = 0; n < size; n++) {
      const phase = (2 * Math.PI * ((bin * n) % size)) / size;
      basis[bin * size + n] = scale(hann(n, size) * Math.cos(phase), bin);
      if (bin % (size / 2) !== 0) basis[(bins + bin) * size + n] = scale(-hann(n, size) * Math.sin(phase), bin); // exactly 0 at both ends
    }
  }
  return basis;
}

const hann = (n: number, size: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
