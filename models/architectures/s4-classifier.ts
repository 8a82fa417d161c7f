/**
 * A classifier of sound that reads its samples one by one: S4 or S4D layers, each followed by a gated linear map, and the mean over time. Gu, Goel & Re 2022,
 * "Efficiently Modeling Long Sequences with Structured State Spaces" (speech commands); of S4D: Gu, Gupta, Goel & Re 2022.
 *
 * Glossary: L samples, D width.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { gelu } from '../layers/activations';
import { batchNorm } from '../layers/batch-norm';
import { linear, linearParts } from '../layers/linear';
import { layerNorm } from '../layers/norms';
import { s4System } from '../layers/s4';
import { s4Parameters, type S4Parameters } from '../layers/s4-parameters';
import { s4dSystem } from '../layers/s4d';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';
import { withS4Names } from './s4-names';

/** A second of sound, for which no kernel says another length. */
const SAMPLES = 16_000;

/** Input samples [1, L], output logits [1, classes]. Throws ModelError BAD_WEIGHTS. */
export function buildS4Classifier(weights: WeightMap, lowering: Lowering): BuiltModel {
  const named = withS4Names(weights);
  const w = new Weights(named);
  const g = new ModelGraph('s4-classifier', lowering);
  const L = s4Samples(named);
  const [D] = w.dims('encoder.bias', 1);
  const input = { name: 'samples', dims: [1, L] };
  const normsFirst = w.has('norm.weight');
  let x = linear(g, g.node('Unsqueeze', [g.input(input.name, input.dims), g.ints([2])]), w.at('encoder'), [D, 1]); // [1, L, D]
  for (let i = 0; i < w.count('layers'); i++) {
    const layer = w.at(`layers.${i}`);
    const read = (y: Value) => norm(g, y, layer.at('norm'), D);
    const sum = g.node('Add', [x, block(g, normsFirst ? read(x) : x, layer, D, L)]);
    x = normsFirst ? sum : read(sum);
  }
  if (normsFirst) x = norm(g, x, w.at('norm'), D);
  const [classes] = w.dims('decoder.bias', 1);
  const output = { name: 'logits', dims: [1, classes] };
  g.output(output.name, linear(g, g.node('ReduceMean', [x, g.ints([1])], { keepdims: 0 }), w.at('decoder'), [classes, D]), output.dims);
  return { onnx: g.toOnnx(), inputs: [input], outputs: [output], states: g.states, unused: w.unused() };
}

/** How many samples the kernels were made for; of weights by the names of `withS4Names`. */
export function s4Samples(weights: WeightMap): number {
  const length = weights.get('layers.0.kernel.l_kernel');
  return (length?.shape.length === 0 && length.toFloat32()[0]) || SAMPLES;
}

/** Batch norm where there are statistics, else layer norm. */
function norm(g: ModelGraph, x: Value, w: Weights, D: number): Value {
  return w.has('running_mean') ? batchNorm(g, x, w, D) : layerNorm(g, x, w, D);
}

/** [1, L, D] -> the same. Keys D [1, D], kernel.* as `s4Parameters` with one output a channel or one for each direction, output_linear.{weight [2D, D], bias}. */
function block(g: ModelGraph, x: Value, w: Weights, D: number, L: number): Value {
  const [outputs] = w.dims('kernel.C', 4);
  if (outputs > 2) throw w.misshapen('kernel.C', '[1 or 2, H, N, 2], an output for each direction');
  const parameters = s4Parameters(w, stepsOf(w, D));
  const forward = { ...systemOf(w, parameters, 0), name: `${w.prefix}forward`, D: w.take('D', [1, D]) };
  let y = g.ops.diagonalStateSpace(g, { x, system: forward }, { length: L }).y;
  if (outputs === 2) {
    const backward = { ...systemOf(w, parameters, 1), name: `${w.prefix}backward` };
    y = g.node('Add', [y, earlier(g, g.ops.diagonalStateSpace(g, { x, system: backward }, { length: L, reverse: true }).y)]);
  }
  const [a, b] = linearParts(g, gelu(g, y), w.at('output_linear'), [D, D], D);
  return g.node('Mul', [a, g.node('Sigmoid', [b])]); // GLU, Dauphin et al. 2017
}

function systemOf(w: Weights, parameters: S4Parameters, output: number) {
  if (parameters.P) return s4System(w, parameters, output, { halved: true });
  const bilinear = w.has('kernel.B') && w.has('kernel.log_A_real'); // the third release
  return s4dSystem(w, parameters, output, bilinear ? 'bilinear' : 'zoh');
}

function stepsOf(w: Weights, D: number): Float32Array {
  return w.has('kernel.log_dt') ? w.take('kernel.log_dt', [D]).map(Math.exp) : w.take('kernel.inv_dt', [D]).map((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
}

/** [1, L, D], each step's values one step earlier: the kernel that reads backwards begins with the next sample. */
function earlier(g: ModelGraph, y: Value): Value {
  return g.node('Pad', [g.node('Slice', [y, g.ints([1]), g.ints([Number.MAX_SAFE_INTEGER]), g.ints([1])]), g.ints([0, 0, 0, 0, 1, 0])]);
}
