/**
 * CleanUMamba: a causal speech denoiser. A U-Net of strided convolutions over the waveform with Mamba layers at its bottom. Groot et al. 2024,
 * "CleanUMamba: A Compact Mamba Network for Speech Denoising using Channel Pruning". Mamba-1, Mamba-2 and S4 layers, pruned widths of any kind.
 *
 * Convolutions have no padding, so every level keeps what its next frames need: the encoder its last samples, a skip the frames that the
 * decoder has not reached, a transposed convolution its last frame, whose second half overlaps with what comes. A recording cut anywhere at multiples
 * of the step, behind a lead that fills the encoder, gives what the whole one gives.
 *
 * A convolution of 4 taps every 2 frames maps two neighbouring pairs of frames to a frame, a transposed one two neighbouring frames to a pair: as maps of rows, the few frames of a live
 * stream cost no more than reading the weights.
 *
 * Glossary: S samples, C channels of a level, T frames of a level, D width of the Mamba layers. Maps are [T, C].
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { relu } from '../layers/activations';
import { mamba, mambaStates } from '../layers/mamba';
import { mambaS4, mambaS4States } from '../layers/mamba-s4';
import { mamba2, mamba2States } from '../layers/mamba2';
import { layerNorm } from '../layers/norms';
import { transpose, Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const STRIDE = 2;
const KERNEL = 2 * STRIDE;
const OVERLAP = KERNEL - STRIDE;
const TIME = 0; // axis of frames

/**
 * Inputs pcm [1, S], divided by its standard deviation + 1e-3, and remaining [1], the samples from this run's first one to the end (more than S
 * while the end is unknown). Output enhanced [1, S'], S' = S once the lead is in and S + lead at the end. Throws ModelError BAD_WEIGHTS.
 */
export function buildCleanUMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('clean-u-mamba', lowering);
  const levels = w.count('encoder');
  const inputs = [{ name: 'pcm', dims: [1, 'samples'] }, { name: 'remaining', dims: [1] }];
  const [pcm, remaining] = inputs.map(({ name, dims }) => g.input(name, dims)) as [Value, Value];
  const closing = closingFrames(g, pcm, remaining);

  let x = g.node('Reshape', [pcm, g.ints([-1, 1])]);
  const skips: Value[] = [];
  for (let i = 0; i < levels; i++) skips.push((x = encode(g, x, w.at(`encoder.${i}`), `encoder.${i}`)));
  x = bottleneck(g, x, w);
  for (let i = 0; i < levels; i++) x = decode(g, x, skips[levels - 1 - i]!, w.at(`decoder.${i}`), closing, `decoder.${i}`, i === levels - 1);

  const output = { name: 'enhanced', dims: [1, 'enhanced samples'] };
  g.output(output.name, g.node('Reshape', [x, g.ints([1, -1])]), output.dims);
  const step = STRIDE ** levels;
  const stream = { step, lead: OVERLAP * (step - 1), longest: Infinity, delay: 0, padding: 0 };
  return { onnx: g.toOnnx(), inputs, outputs: [output], states: g.states, stream, unused: w.unused() };
}

/** How many frames of zeros follow the last ones of each transposed convolution: one in the last run, for what overlaps with nothing. */
function closingFrames(g: ModelGraph, pcm: Value, remaining: Value): Value {
  const samples = g.node('Cast', [g.node('Shape', [pcm], { start: 1, end: 2 })], { to: 1 });
  return g.node('Where', [g.node('Greater', [remaining, samples]), g.ints([0]), g.ints([1])]);
}

/** [2T, C] -> [T, C'] */
function encode(g: ModelGraph, x: Value, w: Weights, name: string): Value {
  const [to, from] = w.dims('0.weight', 3);
  const past = g.queue(`${name}.past`, [0, from], TIME);
  const joined = g.node('Concat', [past.before, x], { axis: TIME });
  past.after(cut(g, joined, g.ints([-OVERLAP])));
  const pairs = neighbours(g, g.node('Reshape', [joined, g.ints([-1, STRIDE * from])]));
  const weight = w.derive(g, '0.weight', 'taps', [to, from, KERNEL], (values) => byTaps(values, to, from), [KERNEL * from, to]);
  return glu(g, relu(g, g.node('Gemm', [pairs, weight, w.put(g, '0.bias', [to])])), w.at('2'));
}

/** Each row beside the next one: [n + 1, width] -> [n, 2 width] */
function neighbours(g: ModelGraph, rows: Value): Value {
  return g.node('Concat', [cut(g, rows, g.ints([0]), g.ints([-1])), cut(g, rows, g.ints([1]))], { axis: 1 });
}

/** [C', C, 4] -> [4, C, C'] */
function byTaps(values: Float32Array, to: number, from: number): Float32Array {
  const result = new Float32Array(values.length);
  let i = 0;
  for (let tap = 0; tap < KERNEL; tap++) {
    for (let c = 0; c < from; c++) {
      for (let out = 0; out < to; out++) result[i++] = values[(out * from + c) * KERNEL + tap]!;
    }
  }
  return result;
}

/** [T, C] -> [T, C]: pre-normalised Mamba layers, each added to all before it */
function bottleneck(g: ModelGraph, x: Value, w: Weights): Value {
  const [D, C] = w.dims('tsfm_conv1.weight', 3);
  let frames = g.node('Unsqueeze', [pointwise(g, x, w.at('tsfm_conv1'), [D, C]), g.ints([0])]); // [1, T, D]
  for (let i = 0; i < w.count('tsfm_Mamba_layers'); i++) {
    const layer = w.at(`tsfm_Mamba_layers.${i}`);
    const mixer = layer.at('mixer');
    const normed = layerNorm(g, frames, layer.at('norm'), D);
    const name = `layers.${i}`;
    frames = g.node('Add', [frames, mix(g, normed, mixer, D, name)]);
  }
  return pointwise(g, g.node('Squeeze', [layerNorm(g, frames, w.at('norm_f'), D), g.ints([0])]), w.at('tsfm_conv2'), [C, D]);
}

function mix(g: ModelGraph, x: Value, w: Weights, D: number, name: string): Value {
  if (w.has('x_proj.weight')) return mamba(g, x, w, D, mambaStates(g, w, name));
  if (w.has('ssm.layer.D')) return mambaS4(g, x, w, D, mambaS4States(g, w, name));
  return mamba2(g, x, w, D, mamba2States(g, w, name));
}

/** [T, C] -> [2T, C'], with the frames of the encoder's level added first */
function decode(g: ModelGraph, x: Value, skip: Value, w: Weights, closing: Value, name: string, last: boolean): Value {
  const [, C] = w.dims('0.weight', 3);
  const [from, to] = w.dims('2.weight', 3);
  const queue = g.queue(`${name}.skip`, [0, C], TIME);
  const waiting = g.node('Concat', [queue.before, skip], { axis: TIME });
  const frames = g.node('Shape', [x], { start: TIME, end: TIME + 1 });
  queue.after(cut(g, waiting, frames));
  const gated = glu(g, g.node('Add', [x, cut(g, waiting, g.ints([0]), frames)]), w.at('0'));

  const past = g.state(`${name}.past`, [1, from]);
  const end = cut(g, g.node('Unsqueeze', [g.filled(0, from), g.ints([0])]), g.ints([0]), closing);
  const joined = g.node('Concat', [past.before, gated, end], { axis: TIME });
  past.after(cut(g, joined, g.ints([-1])));
  const weight = w.derive(g, '2.weight', 'taps', [from, to, KERNEL], (values) => byFrames(values, from, to), [2 * from, STRIDE * to]);
  const bias = w.derive(g, '2.bias', 'twice', [to], (values) => Float32Array.of(...values, ...values), [STRIDE * to]);
  const pairs = g.node('Gemm', [neighbours(g, joined), weight, bias]); // [T, 2C']
  return g.node('Reshape', [last ? pairs : relu(g, pairs), g.ints([-1, to])]);
}

/** What a frame gives to the pair behind it, by its last taps, and the next frame, by its first: [C, C', 4] -> [2, C, 2, C'] */
function byFrames(values: Float32Array, from: number, to: number): Float32Array {
  const result = new Float32Array(values.length);
  let i = 0;
  for (const first of [STRIDE, 0]) {
    for (let c = 0; c < from; c++) {
      for (let tap = first; tap < first + STRIDE; tap++) {
        for (let out = 0; out < to; out++) result[i++] = values[(c * to + out) * KERNEL + tap]!;
      }
    }
  }
  return result;
}

/** a * sigmoid(b), [T, C] -> [T, C']. Dauphin et al. 2017. Keys weight [2C', C, 1] of a, then b, and bias. */
function glu(g: ModelGraph, x: Value, w: Weights): Value {
  const [twice, C] = w.dims('weight', 3);
  const half = twice / 2;
  const [a, b] = ['a', 'b'].map((part, i) => {
    const rows = (values: Float32Array) => values.subarray((i * values.length) / 2, ((i + 1) * values.length) / 2);
    const weight = w.derive(g, 'weight', part, [twice, C, 1], (values) => transpose(rows(values), half, C), [C, half]);
    return g.node('Gemm', [x, weight, w.derive(g, 'bias', part, [twice], rows, [half])]);
  }) as [Value, Value];
  return g.node('Mul', [a, g.node('Sigmoid', [b])]);
}

/** A convolution of one tap: [T, C] -> [T, C']. Keys weight [C', C, 1], bias. */
function pointwise(g: ModelGraph, x: Value, w: Weights, [to, from]: readonly [number, number]): Value {
  return g.node('Gemm', [x, w.derive(g, 'weight', 'transposed', [to, from, 1], (values) => transpose(values, to, from), [from, to]), w.put(g, 'bias', [to])]);
}

/** The frames from `start` up to `end`. */
function cut(g: ModelGraph, x: Value, start: Value, end = g.ints([Number.MAX_SAFE_INTEGER])): Value {
  return g.node('Slice', [x, start, end, g.ints([TIME])]);
}
