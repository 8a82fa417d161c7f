/**
 * Audio Mamba (AuM): names what is heard by Vim's blocks over patches of a mel spectrogram. Erol et al. 2024, "Audio Mamba: Bidirectional State Space
 * Model for Audio Representation Learning" (arXiv 2406.03344): variants Fo-Bi (one convolution for both directions) and Bi-Bi (Vim's).
 *
 * Glossary: B recordings, F bands x T frames in patches of P x P side by side, M patches, D width.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { withClassToken } from '../layers/class-token';
import { conv } from '../layers/conv';
import { linear } from '../layers/linear';
import { bidirectionalMamba, sharedBidirectionalMamba } from '../layers/mamba';
import { rmsNorm } from '../layers/norms';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

/** No tensor says how many bands there are: always these, of published checkpoints. */
export const AUDIO_MAMBA_BANDS = 128;

/** Input spectrogram [B, T, F], normalised; output logits [B, classes]. Throws ModelError BAD_WEIGHTS. */
export function buildAudioMamba(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('audio-mamba', lowering);
  const [D, , P] = w.dims('patch_embed.proj.weight', 4);
  const [, positions] = w.dims('pos_embed.pos_embed', 3);
  const frames = audioMambaFrames(weights);
  if (!frames) throw w.misshapen('pos_embed.pos_embed', `[1, patches of ${AUDIO_MAMBA_BANDS} bands + 1, D]`);
  const input = { name: 'spectrogram', dims: ['batch', frames, AUDIO_MAMBA_BANDS] };
  const picture = g.node('Transpose', [g.node('Unsqueeze', [g.input(input.name, input.dims), g.ints([1])])], { perm: [0, 1, 3, 2] });
  const map = conv(g, picture, w.at('patch_embed.proj'), [D, 1, P, P], { stride: P });
  const patches = g.node('Transpose', [g.node('Reshape', [map, g.ints([0, 0, -1])])], { perm: [0, 2, 1] }); // [B, M, D], all of a band first
  const middle = Math.floor((positions - 1) / 2);
  let x = g.node('Add', [withClassToken(g, patches, middle, w, D), inOrder(g, w, middle, [1, positions, D])]);
  for (let i = 0; i < w.count('layers'); i++) x = g.node('Add', [x, mixed(g, x, w.at(`layers.${i}`), D)]);
  const [classes] = w.dims('head.bias', 1);
  const token = g.node('Squeeze', [g.node('Slice', [x, g.ints([middle]), g.ints([middle + 1]), g.ints([1])]), g.ints([1])]); // [B, D]
  const output = { name: 'logits', dims: ['batch', classes] };
  g.output(output.name, linear(g, rmsNorm(g, token, w.at('norm_f'), D), w.at('head'), [classes, D]), output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused: w.unused() };
}

/** How many frames a checkpoint reads; undefined where its positions do not fit the bands. */
export function audioMambaFrames(weights: WeightMap): number | undefined {
  const [, , P = 0] = weights.get('patch_embed.proj.weight')?.shape ?? [];
  const [, positions = 0] = weights.get('pos_embed.pos_embed')?.shape ?? [];
  const columns = (positions - 1) / Math.floor(AUDIO_MAMBA_BANDS / P);
  return Number.isInteger(columns) && columns > 0 ? columns * P : undefined;
}

/** mixer(norm(x)), [B, M + 1, D] */
function mixed(g: ModelGraph, x: Value, w: Weights, D: number): Value {
  const normed = rmsNorm(g, x, w.at('norm'), D);
  return w.has('mixer.conv1d_b.weight') ? bidirectionalMamba(g, normed, w.at('mixer'), D, { divide: true }) : sharedBidirectionalMamba(g, normed, w.at('mixer'), D);
}

/** The table of positions as the tokens lie; in the file the class token's comes first. */
function inOrder(g: ModelGraph, w: Weights, middle: number, shape: readonly [number, number, number]): Value {
  const D = shape[2];
  return w.derive(g, 'pos_embed.pos_embed', 'in_order', shape, (values) => {
    const ordered = values.slice();
    ordered.copyWithin(0, D, (middle + 1) * D);
    ordered.set(values.subarray(0, D), middle * D);
    return ordered;
  });
}
