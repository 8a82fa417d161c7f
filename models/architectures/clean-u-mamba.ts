/**
 * CleanUMamba: a causal speech denoiser. A U-Net of strided convolutions over the waveform with Mamba layers at its bottom. Groot et al. 2024,
 * "CleanUMamba: A Compact Mamba Network for Speech Denoising using Channel Pruning". Mamba-1, Mamba-2 and S4 layers, pruned widths of any kind.
 *
 * Convolutions have no padding, so every level keeps what its next frames need: the encoder its last samples, a skip the frames that the
 * decoder has not reached, a transposed convolution the ends that overlap with what comes. A recording cut anywhere at multiples
 * of the step, behind a lead that fills the encoder, gives what the whole one gives.
 *
 * Glossary: S samples, C channels of a level, T frames of a level, D width of the Mamba layers.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { relu } from '../layers/activations';
import { conv, convTranspose } from '../layers/conv';
import { mamba, mambaStates } from '../layers/mamba';
import { mambaS4, mambaS4States } from '../layers/mamba-s4';
import { mamba2, mamba2States } from '../layers/mamba2';
import { layerNorm } from '../layers/norms';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const STRIDE = 2;
const TIME = 2; // axis of frames [1, C, T]

/**
 * Inputs pcm [1, S], divided by its standard deviation + 1e-3, and remaining [1], the samples from this run's first one to the end (more than S
 * while the end is unknown). Output enhanced [1, S'], S' = S once the lead is in and S + lead at the end. Throws ModelError BAD_WEIGHTS.
 */
export function buildCleanUMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('clean-u-mamba', lowering);
  const levels = w.count('encoder');
  const [, , kernel] = w.dims('encoder.0.0.weight', 3);
  const overlap = kernel - STRIDE;
  const inputs = [{ name: 'pcm', dims: [1, 'samples'] }, { name: 'remaining', dims: [1] }];
  const [pcm, remaining] = inputs.map(({ name, dims }) => g.input(name, dims)) as [Value, Value];
  const held = heldBack(g, pcm, remaining, overlap);

  let x = g.node('Unsqueeze', [pcm, g.ints([1])]);
  const skips: Value[] = [];
  for (let i = 0; i < levels; i++) skips.push((x = encode(g, x, w.at(`encoder.${i}`), kernel, `encoder.${i}`)));
  x = bottleneck(g, x, w);
  for (let i = 0; i < levels; i++) {
    x = decode(g, x, skips[levels - 1 - i]!, w.at(`decoder.${i}`), kernel, held, `decoder.${i}`);
    if (i < levels - 1) x = relu(g, x);
  }

  const output = { name: 'enhanced', dims: [1, 'enhanced samples'] };
  g.output(output.name, g.node('Squeeze', [x, g.ints([1])]), output.dims);
  const step = STRIDE ** levels;
  const stream = { step, lead: overlap * (step - 1), longest: Infinity, delay: 0, padding: 0 };
  return { onnx: g.toOnnx(), inputs, outputs: [output], states: g.states, stream, unused: w.unused() };
}

/** How many frames at the end of each transposed convolution wait for the next run: its overlap, none in the last run. */
function heldBack(g: ModelGraph, pcm: Value, remaining: Value, overlap: number): Value {
  const samples = g.node('Cast', [g.node('Shape', [pcm], { start: 1, end: 2 })], { to: 1 });
  return g.node('Where', [g.node('Greater', [remaining, samples]), g.ints([overlap]), g.ints([0])]);
}

/** [1, C, 2T] -> [1, C', T] */
function encode(g: ModelGraph, x: Value, w: Weights, kernel: number, name: string): Value {
  const [to, from] = w.dims('0.weight', 3);
  const [twice] = w.dims('2.bias', 1);
  const past = g.queue(`${name}.past`, [1, from, 0], TIME);
  const joined = g.node('Concat', [past.before, x], { axis: TIME });
  past.after(cut(g, joined, g.ints([STRIDE - kernel])));
  const mixed = relu(g, conv(g, joined, w.at('0'), [to, from, kernel], { stride: STRIDE }));
  return glu(g, conv(g, mixed, w.at('2'), [twice, to, 1]));
}

/** [1, C, T] -> [1, C, T]: pre-normalised Mamba layers, each added to all before it */
function bottleneck(g: ModelGraph, x: Value, w: Weights): Value {
  const [D, C] = w.dims('tsfm_conv1.weight', 3);
  let frames = framesLast(g, conv(g, x, w.at('tsfm_conv1'), [D, C, 1])); // [1, T, D]
  for (let i = 0; i < w.count('tsfm_Mamba_layers'); i++) {
    const layer = w.at(`tsfm_Mamba_layers.${i}`);
    const mixer = layer.at('mixer');
    const normed = layerNorm(g, frames, layer.at('norm'), D);
    const name = `layers.${i}`;
    frames = g.node('Add', [frames, mix(g, normed, mixer, D, name)]);
  }
  return conv(g, framesLast(g, layerNorm(g, frames, w.at('norm_f'), D)), w.at('tsfm_conv2'), [C, D, 1]);
}

function mix(g: ModelGraph, x: Value, w: Weights, D: number, name: string): Value {
  if (w.has('x_proj.weight')) return mamba(g, x, w, D, mambaStates(g, w, name));
  if (w.has('ssm.layer.D')) return mambaS4(g, x, w, D, mambaS4States(g, w, name));
  return mamba2(g, x, w, D, mamba2States(g, w, name));
}

/** [1, C, T] -> [1, C', 2T], with the frames of the encoder's level added first */
function decode(g: ModelGraph, x: Value, skip: Value, w: Weights, kernel: number, held: Value, name: string): Value {
  const [twice, C] = w.dims('0.weight', 3);
  const [from, to] = w.dims('2.weight', 3);
  const queue = g.queue(`${name}.skip`, [1, C, 0], TIME);
  const waiting = g.node('Concat', [queue.before, skip], { axis: TIME });
  const frames = g.node('Shape', [x], { start: TIME, end: TIME + 1 });
  queue.after(cut(g, waiting, frames));
  const added = g.node('Add', [x, cut(g, waiting, g.ints([0]), frames)]);

  const spread = convTranspose(g, glu(g, conv(g, added, w.at('0'), [twice, C, 1])), w.at('2'), [from, to, kernel], STRIDE);
  const pending = g.queue(`${name}.pending`, [1, to, kernel - STRIDE], TIME);
  const edge = g.ints([kernel - STRIDE]);
  const overlapped = g.node('Add', [cut(g, spread, g.ints([0]), edge), pending.before]);
  const all = g.node('Concat', [overlapped, cut(g, spread, edge)], { axis: TIME });
  const ready = g.node('Sub', [g.node('Shape', [all], { start: TIME, end: TIME + 1 }), held]);
  pending.after(cut(g, all, ready));
  return g.node('Add', [cut(g, all, g.ints([0]), ready), w.put(g, '2.bias', [to], [to, 1])]);
}

/** a * sigmoid(b), a and b the halves of the channels. Dauphin et al. 2017. */
function glu(g: ModelGraph, x: Value): Value {
  const [a, b] = g.nodes(2, 'Split', [x], { axis: 1, num_outputs: 2 });
  return g.node('Mul', [a, g.node('Sigmoid', [b])]);
}

/** The frames from `start` up to `end`. */
function cut(g: ModelGraph, x: Value, start: Value, end = g.ints([Number.MAX_SAFE_INTEGER])): Value {
  return g.node('Slice', [x, start, end, g.ints([TIME])]);
}

/** [1, C, T] -> [1, T, C], and back */
function framesLast(g: ModelGraph, x: Value): Value {
  return g.node('Transpose', [x], { perm: [0, 2, 1] });
}
