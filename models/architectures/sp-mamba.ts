/**
 * SPMamba: who speaks at the same time becomes a recording each. Blocks of Mamba along frequency and along time and of attention between frames read the real and
 * imaginary parts of the spectrum. Li et al. 2024, "SPMamba: State-space model is all you need in speech separation"; TF-GridNet, Wang et al. 2023.
 *
 * No tensor tells the hop (a quarter of a frame) nor the step between neighbourhoods (1): these are its authors'.
 *
 * Glossary: S samples, T frames, F bins, C width, K taps of a neighbourhood; maps are [T, F, C].
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { GraphBuilder, Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { bothWays, callsOf } from '../layers/both-ways';
import { conv } from '../layers/conv';
import { neighbours, overlapped } from '../layers/neighbours';
import { groupNorm } from '../layers/norms';
import { inPieces } from '../layers/pieces';
import { fromSpectrum, spectrum } from '../layers/spectrum';
import { transpose, Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const SPEAKERS = 2;
const HOP_SHARE = 4; // of a frame is a hop
const EPSILON = 1e-5;
/** Sequences of one run, few enough for a cache. */
const TOGETHER = 2;
/** Frames that are heard at once, and that neighbouring windows have in common: a speaker is found again by them. */
const MOST_FRAMES = 1500;
const COMMON_FRAMES = 250;

/** Samples of a frame of the short-time Fourier transform. */
export function spMambaFrame(weights: WeightMap): number {
  const [, , , F] = new Weights(weights).dims('blocks.0.attn_concat_proj.2.gamma', 4);
  return 2 * (F - 1);
}

/** Input pcm [1, S], output separated [speakers, S] in no order that the model knows. Throws ModelError BAD_WEIGHTS. */
export function buildSPMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('sp-mamba', lowering);
  const size = spMambaFrame(weights);
  const transform = { size, hop: size / HOP_SHARE };
  const [C] = w.dims('conv.1.weight', 1);
  const [, , K] = w.dims('blocks.0.intra_linear.weight', 3);
  const [, parts] = w.dims('deconv.weight', 4);
  if (parts !== 2 * SPEAKERS) throw w.misshapen('deconv.weight', `[${C}, ${2 * SPEAKERS}, 3, 3], the parts of ${SPEAKERS} speakers`);
  const input = { name: 'pcm', dims: [1, 'samples'] };
  const pcm = g.input(input.name, input.dims);

  const level = deviation(g, pcm);
  const seen = spectrum(g, g.node('Div', [pcm, level]), transform).map((part) => g.node('Unsqueeze', [g.node('Transpose', [part], { perm: [0, 2, 1] }), g.ints([1])]));
  const first = conv(g, g.node('Concat', seen, { axis: 1 }), w.at('conv.0'), [C, 2, 3, 3], { padding: 1 });
  let x = g.node('Squeeze', [g.node('Transpose', [groupNorm(g, first, w.at('conv.1'), C, 1)], { perm: [0, 2, 3, 1] }), g.ints([0])]);
  for (let i = 0; i < w.count('blocks'); i++) x = block(g, x, w.at(`blocks.${i}`), C, K);
  x = g.node('Unsqueeze', [g.node('Transpose', [x], { perm: [2, 0, 1] }), g.ints([0])]);

  const last = g.node('ConvTranspose', [x, w.put(g, 'deconv.weight', [C, parts, 3, 3]), w.put(g, 'deconv.bias', [parts])], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  const frames = g.node('Transpose', [g.node('Squeeze', [last, g.ints([0])])], { perm: [0, 2, 1] }); // the parts of each speaker in turn, [4, F, T]
  const [real, imaginary] = [0, 1].map((part) => g.node('Slice', [frames, g.ints([part]), g.ints([parts]), g.ints([0]), g.ints([2])])) as [Value, Value];
  const output = { name: 'separated', dims: [SPEAKERS, 'samples'] };
  g.output(output.name, g.node('Mul', [fromSpectrum(g, [real, imaginary], pcm, transform), level]), output.dims);
  const calls = (samples: number) => w.count('blocks') * (callsOf(1 + Math.floor(samples / transform.hop), TOGETHER) + callsOf(size / 2 + 1, TOGETHER));
  const windows = { shortest: K * transform.hop, longest: MOST_FRAMES * transform.hop, overlap: COMMON_FRAMES * transform.hop, calls };
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, windows, unused: w.unused() };
}

/** Of all samples, with n - 1 in the denominator; 1 for silence. [1, 1] */
function deviation(g: GraphBuilder, pcm: Value): Value {
  const apart = g.node('Sub', [pcm, g.node('ReduceMean', [pcm, g.ints([1])])]);
  const count = g.node('Cast', [g.node('Sub', [g.node('Shape', [pcm], { start: 1 }), g.ints([1])])], { to: 1 });
  const value = g.node('Sqrt', [g.node('Div', [g.node('ReduceSumSquare', [apart, g.ints([1])]), count])]);
  return g.node('Where', [g.node('Equal', [value, g.scalar(0)]), g.scalar(1), value]);
}

/** Along frequency, along time, then between whole frames: [T, F, C] -> the same. */
function block(g: ModelGraph, x: Value, w: Weights, C: number, K: number): Value {
  const swap = (rows: Value) => g.node('Transpose', [rows], { perm: [1, 0, 2] });
  const along = (rows: Value, axis: string) => inPieces(g, rows, TOGETHER, `${w.prefix}${axis}.`, (inner, piece) => neighbourhoods(inner, piece, w, axis, C, K));
  const near = swap(along(swap(along(x, 'intra')), 'inter'));
  return g.node('Add', [near, between(g, near, w, C)]);
}

/** [B, L, C] -> the same, x added */
function neighbourhoods(g: ModelGraph, x: Value, w: Weights, axis: string, C: number, K: number): Value {
  const normed = norm(g, x, w.at(`${axis}_norm`), [1, C, 1, 1], C);
  const order = Array.from({ length: K * C }, (_, i) => (i % C) * K + Math.floor(i / C)); // published with the taps of a channel side by side
  const join = w.at(`${axis}_linear`);
  const rows = bothWays(g, neighbours(g, normed, K), w.at(`${axis}_mamba`), join, { shape: [2 * C * K, C, K], order });
  return g.node('Add', [g.node('Add', [overlapped(g, rows, K), join.put(g, 'bias', [C])]), x]);
}

/** Attention of whole frames to each other, in heads: [T, F, C] -> the same. */
function between(g: ModelGraph, x: Value, w: Weights, C: number): Value {
  const heads: Value[] = [];
  for (let head = 0; w.has(`attn_conv_Q_${head}.0.weight`); head++) {
    const [q, k, v] = ['Q', 'K', 'V'].map((what) => points(g, x, w.at(`attn_conv_${what}_${head}`), C)) as [Points, Points, Points];
    const scores = g.node('MatMul', [g.node('Mul', [q.frames, g.scalar(1 / Math.sqrt(q.width))]), g.node('Transpose', [k.frames], { perm: [1, 0] })]);
    heads.push(v.unfold(g.node('MatMul', [g.node('Softmax', [scores], { axis: -1 }), v.frames])));
  }
  const { frames, unfold } = points(g, g.node('Concat', heads, { axis: 2 }), w.at('attn_concat_proj'), C);
  return unfold(frames);
}

/** A row for each frame, [T, width]. */
interface Points {
  frames: Value;
  width: number;
  /** [T, width] -> [T, F, c] */
  unfold(frames: Value): Value;
}

/** The same map for each point, a slope for what is negative, and a norm over a whole frame: [T, F, C] -> [T, F c]. */
function points(g: GraphBuilder, x: Value, w: Weights, C: number): Points {
  const [, c, , F] = w.dims('2.gamma', 4);
  const mapped = g.node('Add', [g.node('MatMul', [x, w.derive(g, '0.weight', 'transposed', [c, C, 1, 1], (values) => turned(values, c), [C, c])]), w.put(g, '0.bias', [c])]);
  const frames = g.node('Reshape', [g.node('PRelu', [mapped, w.put(g, '1.weight', [1])]), g.ints([-1, F * c])]);
  return { frames: norm(g, frames, w.at('2'), [1, c, 1, F], F * c), width: F * c, unfold: (rows) => g.node('Reshape', [rows, g.ints([-1, F, c])]) };
}

/** Over the last axis, of `size` values. Keys gamma and beta [1, c, 1, F]; the axis has the channels of a bin side by side. */
function norm(g: GraphBuilder, x: Value, w: Weights, shape: readonly number[], size: number): Value {
  const [scale, shift] = ['gamma', 'beta'].map((key) => w.derive(g, key, 'turned', shape, (values) => turned(values, shape[1]!), [size])) as [Value, Value];
  return g.node('LayerNormalization', [x, scale, shift], { epsilon: { float: EPSILON } });
}

const turned = (values: Float32Array, rows: number) => transpose(values, rows, values.length / rows);
