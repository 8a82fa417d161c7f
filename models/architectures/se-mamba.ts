/**
 * SEMamba: a speech denoiser that reads magnitude and phase with Mamba blocks along time and along frequency. Chao et al. 2024, "An
 * Investigation of Incorporating Mamba for Speech Enhancement"; encoder and decoders of MP-SENet, Lu et al. 2023.
 *
 * The first frame is a mirror image, so its spectrum is real, and whether its negative numbers have the angle pi or -pi is rounding noise: here as
 * in the authors' program.
 *
 * The authors compress magnitudes to the power 0.3 and take frames of 400 samples every 100; no tensor says so, nor the 2 of the mask's sigmoid.
 *
 * Glossary: S samples, T frames, F bins (201), H = (F - 1) / 2 bins inside, C width; maps are [1, C, T, F].
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { bothWays, callsOf } from '../layers/both-ways';
import { convOf } from '../layers/conv';
import { inPieces } from '../layers/pieces';
import { angle, fromSpectrum, spectrum } from '../layers/spectrum';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const COMPRESSION = 0.3;
const MASK_LIMIT = 2;
const HOP_SHARE = 4; // of a frame is a hop
const RATE = 16_000; // Hz
/** Sequences of one run: enough for all threads, few enough for a cache. */
const FREQUENCIES_AT_ONCE = 4;
const FRAMES_AT_ONCE = 16;
/** Every norm hears the whole window, so that the authors' figures need a recording in one window; longer ones are cut. */
const WINDOW = { shortest: 400, longest: 6 * RATE, overlap: RATE / 2 };

/** Input pcm [1, S] at the level that the card says; output enhanced [1, S]. Throws ModelError BAD_WEIGHTS. */
export function buildSEMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('se-mamba', lowering);
  const [F] = w.dims('mask_decoder.lsigmoid.slope', 2);
  const size = 2 * (F - 1);
  const transform = { size, hop: size / HOP_SHARE };
  const input = { name: 'pcm', dims: [1, 'samples'] };
  const pcm = g.input(input.name, input.dims);

  const parts = spectrum(g, pcm, transform);
  const magnitude = framesFirst(g, g.node('Pow', [modulus(g, parts), g.scalar(COMPRESSION)]));
  const phase = framesFirst(g, angle(g, ...parts));
  let x = encode(g, g.node('Concat', [magnitude, phase], { axis: 1 }), w.at('dense_encoder'));
  x = g.node('Squeeze', [g.node('Transpose', [x], { perm: [0, 2, 3, 1] }), g.ints([0])]); // [T, H, C]
  for (let i = 0; i < w.count('TSMamba'); i++) x = timeAndFrequency(g, x, w.at(`TSMamba.${i}`));
  x = g.node('Unsqueeze', [g.node('Transpose', [x], { perm: [2, 0, 1] }), g.ints([0])]);

  const clean = g.node('Pow', [g.node('Mul', [mask(g, x, w.at('mask_decoder'), F), magnitude]), g.scalar(1 / COMPRESSION)]);
  const direction = phaseDirection(g, x, w.at('phase_decoder'));
  const [real, imaginary] = direction.map((part) => binsFirst(g, g.node('Mul', [clean, part]))) as [Value, Value];
  const calls = (samples: number) => w.count('TSMamba') * (callsOf((F - 1) / 2, FREQUENCIES_AT_ONCE) + callsOf(1 + Math.floor(samples / transform.hop), FRAMES_AT_ONCE));
  const output = { name: 'enhanced', dims: [1, 'samples'] };
  g.output(output.name, fromSpectrum(g, [real, imaginary], pcm, transform), output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, windows: { ...WINDOW, calls }, unused: w.unused() };
}

/** [1, 2, T, F] -> [1, C, T, H] */
function encode(g: ModelGraph, x: Value, w: Weights): Value {
  const inside = dense(g, normed(g, conv(g, x, w.at('dense_conv_1.0')), w.at('dense_conv_1')), w.at('dense_block'));
  return normed(g, conv(g, inside, w.at('dense_conv_2.0'), { stride: [1, 2] }), w.at('dense_conv_2'));
}

/** Convolutions that hear all before them, ever further in time: [1, C, T, F] -> the same. What they hear is not put side by side, which would cost a copy: each hears part by part. */
function dense(g: ModelGraph, x: Value, w: Weights): Value {
  let heard = [x]; // the latest first
  for (let i = 0; i < w.count('dense_block'); i++) {
    const layer = w.at(`dense_block.${i}`);
    heard = [normed(g, convOfParts(g, heard, layer.at('0'), 2 ** i), layer), ...heard];
  }
  return heard[0]!;
}

/** The convolution of maps side by side, as a sum over them. */
function convOfParts(g: ModelGraph, parts: readonly Value[], w: Weights, dilation: number): Value {
  const [to, from, height, width] = w.dims('weight', 4);
  const shape = [to, from / parts.length, height, width];
  const rows = (from * height * width) / parts.length; // of a filter, for one part
  const terms = parts.map((part, i) => {
    const weight = w.derive(g, 'weight', `part_${i}`, [to, from, height, width], (values) => {
      const own = new Float32Array(to * rows);
      for (let filter = 0; filter < to; filter++) own.set(values.subarray((filter * parts.length + i) * rows, (filter * parts.length + i + 1) * rows), filter * rows);
      return own;
    }, shape);
    const padding = [((height - 1) / 2) * dilation, (width - 1) / 2];
    return convOf(g, part, weight, i === 0 ? w.put(g, 'bias', [to]) : undefined, shape, { dilation: [dilation, 1], padding });
  });
  return terms.reduce((sum, term) => g.node('Add', [term, sum]));
}

/** Both directions along time, then along frequency: [T, H, C] -> the same. */
function timeAndFrequency(g: ModelGraph, x: Value, w: Weights): Value {
  const swap = (rows: Value) => g.node('Transpose', [rows], { perm: [1, 0, 2] });
  const along = (rows: Value, mixers: Weights, join: Weights, together: number) => {
    const [C] = join.dims('bias', 1);
    const each = (inner: ModelGraph, piece: Value) => bothWays(inner, piece, mixers, join, { shape: [2 * C, C, 1], bias: true, residual: true });
    return g.lowering === 'portable' ? each(g, rows) : inPieces(g, rows, together, join.prefix, each); // for GPUs too there is no loop
  };
  const time = along(swap(x), w.at('time_mamba'), w.at('tlinear'), FREQUENCIES_AT_ONCE);
  return along(swap(time), w.at('freq_mamba'), w.at('flinear'), FRAMES_AT_ONCE);
}

/** By how much every magnitude is multiplied, 0 to 2: [1, 1, T, F] */
function mask(g: ModelGraph, x: Value, w: Weights, F: number): Value {
  const layers = w.at('mask_conv');
  const wide = conv(g, widen(g, dense(g, x, w.at('dense_block')), layers.at('0')), layers.at('1'));
  const one = instanceNorm(g, wide, layers.at('2'));
  const logits = conv(g, prelu(g, one, layers.at('3')), layers.at('4'));
  const slope = w.put(g, 'lsigmoid.slope', [F, 1], [F]);
  return g.node('Mul', [g.node('Sigmoid', [g.node('Mul', [logits, slope])]), g.scalar(MASK_LIMIT)]);
}

/** Cosine and sine of the phase, each [1, 1, T, F]. */
function phaseDirection(g: ModelGraph, x: Value, w: Weights): [Value, Value] {
  const layers = w.at('phase_conv');
  const wide = normed(g, widen(g, dense(g, x, w.at('dense_block')), layers.at('0')), layers);
  const [real, imaginary] = [conv(g, wide, w.at('phase_conv_r')), conv(g, wide, w.at('phase_conv_i'))];
  const length = modulus(g, [real, imaginary]);
  const nothing = g.node('Equal', [length, g.scalar(0)]);
  const divisor = g.node('Where', [nothing, g.scalar(1), length]);
  return [g.node('Where', [nothing, g.scalar(1), g.node('Div', [real, divisor])]), g.node('Div', [imaginary, divisor])];
}

/** Instance norm and PReLU, the layers 1 and 2 behind a convolution. */
function normed(g: ModelGraph, x: Value, w: Weights): Value {
  return prelu(g, instanceNorm(g, x, w.at('1')), w.at('2'));
}

/** Each channel to mean 0 and variance 1 over the map. Ulyanov et al. 2016. */
function instanceNorm(g: ModelGraph, x: Value, w: Weights): Value {
  const [C] = w.dims('weight', 1);
  return g.node('InstanceNormalization', [x, w.put(g, 'weight', [C]), w.put(g, 'bias', [C])], { epsilon: { float: 1e-5 } });
}

/** x, or x times its channel's slope where it is negative. He et al. 2015. */
function prelu(g: ModelGraph, x: Value, w: Weights): Value {
  const [C] = w.dims('weight', 1);
  return g.node('PRelu', [x, w.put(g, 'weight', [C], [C, 1, 1])]);
}

/** As large as before in time, and in frequency unless the stride says otherwise. */
function conv(g: ModelGraph, x: Value, w: Weights, { dilation = 1, stride = [1, 1] } = {}): Value {
  const shape = w.dims('weight', 4);
  const [to, , height, width] = shape;
  const padding = [((height - 1) / 2) * dilation, stride[1] === 1 ? (width - 1) / 2 : 0];
  return convOf(g, x, w.put(g, 'weight', shape), w.put(g, 'bias', [to]), shape, { stride, dilation: [dilation, 1], padding });
}

/** Twice as many bins and one: [1, C, T, H] -> [1, C', T, 2H + 1] */
function widen(g: ModelGraph, x: Value, w: Weights): Value {
  const shape = w.dims('weight', 4);
  return g.node('ConvTranspose', [x, w.put(g, 'weight', shape), w.put(g, 'bias', [shape[1]])], { kernel_shape: shape.slice(2), strides: [1, 2] });
}

function modulus(g: ModelGraph, [real, imaginary]: readonly [Value, Value]): Value {
  return g.node('Sqrt', [g.node('Add', [g.node('Mul', [real, real]), g.node('Mul', [imaginary, imaginary])])]);
}

/** [1, F, T] -> [1, 1, T, F], and back */
function framesFirst(g: ModelGraph, x: Value): Value {
  return g.node('Unsqueeze', [g.node('Transpose', [x], { perm: [0, 2, 1] }), g.ints([1])]);
}
function binsFirst(g: ModelGraph, x: Value): Value {
  return g.node('Transpose', [g.node('Squeeze', [x, g.ints([1])])], { perm: [0, 2, 1] });
}
