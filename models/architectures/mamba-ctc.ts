/**
 * mamba-ctc: a streaming speech recogniser. Log-mel features, two strided convolutions, Mamba-2 blocks and a CTC head, all strictly
 * causal: what a position sees of the future it sees by answering later, through depthwise filters around a pure delay.
 * Every recurrence keeps its state, so that a recording cut anywhere (at multiples of STEP samples) gives what the whole one gives.
 *
 * CTC: Graves et al. 2006. Mamba-2: Dao & Gu 2024. Look-ahead filters: Wang et al. 2016, made causal by delay.
 *
 * Glossary: S samples, T positions of 40 ms, D model width, V letters, P phones; a head gives two frames of 20 ms for each position.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { relu } from '../layers/activations';
import { conv } from '../layers/conv';
import { linear } from '../layers/linear';
import { logMel, type LogMelSettings } from '../layers/log-mel';
import { mamba2, mamba2States } from '../layers/mamba2';
import { rmsNorm } from '../layers/norms';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const MEL: LogMelSettings = { sampleRate: 16_000, window: 400, hop: 160, fft: 512, bands: 80, low: 20, high: 7600, floor: 1e-5 };
/** Frames in a position: both convolutions halve time. */
const SUBSAMPLING = 4;
/** The samples of a run are a multiple of this. */
export const STEP = SUBSAMPLING * MEL.hop;
const FRAMES_PER_POSITION = 2;
const TIME = 2; // axis of a map [1, channels, time, frequency]

/** Input pcm [1, S]; outputs logprobs [1, frames, V] and, where the weights have a head for them, phones [1, frames, P]. Throws ModelError BAD_WEIGHTS. */
export function buildMambaCtc(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('mamba-ctc', lowering);
  const [D] = w.dims('norm_f.weight', 1);

  const pcm = g.input('pcm', [1, 'samples']);
  let x = subsample(g, features(g, pcm, w.at('features')), w.at('subsample'), D);
  for (let i = 0; i < w.count('blocks'); i++) x = block(g, x, w.at(`blocks.${i}`), D, `blocks.${i}`);
  const trunk = rmsNorm(g, x, w.at('norm_f'), D);
  const heads = [{ name: 'logprobs', weights: w.at('head') }, ...(['phones.weight', 'phones.bias'].some((key) => w.has(key)) ? [{ name: 'phones', weights: w.at('phones') }] : [])];
  const outputs = heads.map(({ name, weights }) => {
    const { value, symbols } = head(g, trunk, weights, D);
    const dims = [1, 'frames', symbols];
    g.output(name, value, dims);
    return { name, dims };
  });
  return { onnx: g.toOnnx(), inputs: [{ name: 'pcm', dims: [1, 'samples'] }], outputs, states: g.states, unused: w.unused() };
}

/** pcm [1, S] -> normalised log-mel [1, 1, 4T, 80]; frame t is of the samples [160t - 240, 160t + 160). */
function features(g: ModelGraph, pcm: Value, w: Weights): Value {
  const overlap = MEL.window - MEL.hop;
  const samples = withPast(g, pcm, 'pcm_tail', [1, overlap], 1);
  const mel = logMel(g, samples, MEL);
  const centred = g.node('Sub', [mel, w.put(g, 'mean', [MEL.bands])]);
  return g.node('Unsqueeze', [g.node('Div', [centred, w.put(g, 'std', [MEL.bands])]), g.ints([1])]);
}

/** [1, 1, 4T, 80] -> [1, T, D]: two 3x3 convolutions of stride 2, causal in time, same in frequency */
function subsample(g: ModelGraph, mel: Value, w: Weights, D: number): Value {
  const [channels] = w.dims('conv1.bias', 1);
  const half = MEL.bands / 2;
  const first = stridedConv(g, withPast(g, mel, 'mel_tail', [1, 1, 1, MEL.bands], TIME), w.at('conv1'), [channels, 1, 3, 3]);
  const second = stridedConv(g, withPast(g, first, 'conv_tail', [1, channels, 1, half], TIME), w.at('conv2'), [channels, channels, 3, 3]);
  const rows = g.node('Transpose', [second], { perm: [0, 2, 1, 3] }); // [1, T, channels, 20]
  const width = (channels * half) / 2;
  return linear(g, g.node('Reshape', [rows, g.ints([0, 0, width])]), w.at('out'), [D, width]);
}

function stridedConv(g: ModelGraph, x: Value, w: Weights, shape: number[]): Value {
  return relu(g, conv(g, x, w, shape, { stride: 2, padding: [0, 1] }));
}

/** [1, T, D] -> [1, T, D]: the look-ahead filter where the block has one, then x + mixer(norm(x)) */
function block(g: ModelGraph, x: Value, w: Weights, D: number, name: string): Value {
  const seen = w.has('lookahead.weight') ? lookahead(g, x, w.at('lookahead'), D, name) : x;
  const mixer = w.at('mixer');
  return g.node('Add', [seen, mamba2(g, rmsNorm(g, seen, w.at('norm'), D), mixer, D, mamba2States(g, mixer, name))]);
}

/** A causal filter that passes position t - (K-1)/2 through, as it is initialised: later positions are what it looks ahead to. */
function lookahead(g: ModelGraph, x: Value, w: Weights, D: number, name: string): Value {
  const [, , K] = w.dims('weight', 3);
  const state = g.state(`${name}.lookahead`, [1, K - 1, D]);
  const { y, s } = g.ops.causalConv1d(g, { x, weight: w.put(g, 'weight', [D, 1, K], [D, K]), s0: state.before }, {});
  state.after(s);
  return y;
}

/** [1, T, D] -> log probabilities [1, 2T, V] */
function head(g: ModelGraph, x: Value, w: Weights, D: number): { value: Value; symbols: number } {
  const [outputs] = w.dims('bias', 1);
  const symbols = outputs / FRAMES_PER_POSITION;
  if (!Number.isInteger(symbols)) throw w.misshapen('bias', `[${FRAMES_PER_POSITION} x symbols]`);
  const logits = g.node('Reshape', [linear(g, x, w, [outputs, D]), g.ints([1, -1, symbols])]);
  return { value: g.node('LogSoftmax', [logits], { axis: -1 }), symbols };
}

/** Puts the end of the run before in front of x along `axis`, and keeps x's own end: `dims[axis]` of it. */
function withPast(g: ModelGraph, x: Value, name: string, dims: number[], axis: number): Value {
  const state = g.state(name, dims);
  const joined = g.node('Concat', [state.before, x], { axis });
  state.after(g.node('Slice', [joined, g.ints([-dims[axis]!]), g.ints([Number.MAX_SAFE_INTEGER]), g.ints([axis])]));
  return joined;
}
