/**
 * aTENNuate: a speech denoiser on the waveform, a U-Net of diagonal state-space blocks. Pei et al. 2024, "aTENNuate: Optimized Real-time Speech
 * Enhancement with Deep SSMs on Raw Audio". The authors transform whole recordings; here every block is recurrent, so that
 * memory does not grow with the recording, and the numbers are the same.
 *
 * A block's filter of three taps looks one frame ahead, at every level. In a stream each such look is a delay of one frame; before a level is
 * halved the delay is filled up to a whole number of its frames, and skips wait as long as the way below takes. Frames before the
 * beginning and behind the end are silenced wherever the whole recording would be padded with zeros.
 *
 * Glossary: level, one resolution of the U-Net; period, samples in a frame; T frames of a level in a run; C channels.
 */
import type { WeightMap } from '../checkpoints/safetensors';
import type { Value } from '../graph/graph-builder';
import { ModelGraph, type Lowering } from '../graph/lowering/model-graph';
import { silu } from '../layers/activations';
import { diagonalStateSpace } from '../layers/diagonal-state-space';
import { layerNorm } from '../layers/norms';
import { Weights } from '../layers/weights';
import type { BuiltModel } from './built-model';

const TIME = 1; // axis of frames [1, T, C]

/** Frames on their way, and how late they are. */
interface Stream {
  x: Value; // [1, T, C]
  C: number;
  period: number;
  delay: number; // frames
}

/**
 * Inputs pcm [1, S] and remaining [1], the samples from this run's first one to the end (more than S while the end is unknown); S is the period of
 * the deepest level. Output enhanced [1, S], late by `stream.delay`. Throws ModelError BAD_WEIGHTS.
 */
export function buildATENNuate(weights: WeightMap, lowering: Lowering): BuiltModel {
  const w = new Weights(weights);
  const g = new ModelGraph('atennuate', lowering);
  const levels = w.count('down_ssms');
  const factors = Array.from({ length: levels }, (_, k) => w.dims(`down_ssms.${k}.1.weight`, 3)[2]);
  const S = factors.reduce((product, factor) => product * factor, 1);
  const inputs = [{ name: 'pcm', dims: [1, S] }, { name: 'remaining', dims: [1] }];
  const [pcm, remaining] = inputs.map(({ name, dims }) => g.input(name, dims)) as [Value, Value];
  const net = new Network(g, S, remaining);

  let x: Stream = { x: g.node('Unsqueeze', [pcm, g.ints([-1])]), C: 1, period: 1, delay: 0 };
  const skips: Stream[] = [];
  for (let k = 0; k < levels; k++) {
    skips.push(x);
    x = net.down(net.activated(x, w.at(`down_ssms.${k}.0`), `down.${k}`), w.at(`down_ssms.${k}.1`), `down.${k}.wait`);
  }
  for (let i = 0; i < w.count('hid_ssms'); i++) x = net.activated(x, w.at(`hid_ssms.${i}`), `hidden.${i}`);
  for (let k = levels - 1; k >= 0; k--) {
    x = net.up(x, w.at(`up_ssms.${k}.0`), skips[k]!, `skip.${k}`);
    x = net.activated(x, w.at(`up_ssms.${k}.1`), `up.${k}`);
  }
  const last = w.count('last_ssms');
  for (let i = 0; i < last; i++) x = i < last - 1 ? net.activated(x, w.at(`last_ssms.${i}`), `last.${i}`) : net.block(x, w.at(`last_ssms.${i}`), `last.${i}`);

  const output = { name: 'enhanced', dims: [1, S] };
  g.output(output.name, g.node('Squeeze', [x.x, g.ints([-1])]), output.dims);
  const stream = { step: S, lead: 0, longest: S, delay: x.delay, padding: 1 };
  return { onnx: g.toOnnx(), inputs, outputs: [output], states: g.states, stream, unused: w.unused() };
}

class Network {
  private readonly masks: { at: Value; reach: number };

  constructor(
    private readonly g: ModelGraph,
    private readonly S: number,
    remaining: Value,
  ) {
    this.masks = sampleMask(g, S, remaining);
  }

  activated(stream: Stream, w: Weights, name: string): Stream {
    const mixed = this.block(stream, w, name);
    return { ...mixed, x: silu(this.g, mixed.x) };
  }

  /** A depthwise filter of three taps where there are several channels, the state space, a norm where it has weights. */
  block(stream: Stream, w: Weights, name: string): Stream {
    const { g } = this;
    const { C, period } = stream;
    let { x, delay } = stream;
    let layer = 0;
    const filter = w.at('0');
    if (filter.has('weight')) {
      const [, , K] = filter.dims('weight', 3);
      const state = g.state(`${name}.filter`, [1, K - 1, C]);
      const bias = filter.put(g, 'bias', [C]);
      const { y, s } = g.ops.causalConv1d(g, { x: this.silenced(x, period, delay), weight: filter.put(g, 'weight', [C, 1, K], [C, K]), bias, s0: state.before }, {});
      state.after(s);
      [x, delay, layer] = [y, delay + (K - 1) / 2, 1];
    }
    x = diagonalStateSpace(g, this.silenced(x, period, delay), w.at(String(layer)), this.S / period, `${name}.ssm`);
    const norm = w.at(`${layer + 1}.layer_norm`);
    return { x: norm.has('weight') ? layerNorm(g, x, norm, C) : x, C, period, delay };
  }

  /** `factor` frames become one. Key weight [C, C', factor]. */
  down(stream: Stream, w: Weights, name: string): Stream {
    const { g } = this;
    const [C, to, factor] = w.dims('weight', 3);
    const whole = Math.ceil(stream.delay / factor);
    const waited = this.wait(stream, whole * factor - stream.delay, name);
    const period = stream.period * factor;
    const packed = g.node('Reshape', [waited, g.ints([1, this.S / period, factor * C])]);
    const weight = w.derive(g, 'weight', 'packed', [C, to, factor], (values) => reorder(values, C, to, factor, (c, d, r) => (r * C + c) * to + d), [factor * C, to]);
    return { x: g.node('MatMul', [packed, weight]), C: to, period, delay: whole };
  }

  /** One frame becomes `factor`, and the skip of that level is added. Key weight [C, C', factor]. */
  up(stream: Stream, w: Weights, skip: Stream, name: string): Stream {
    const { g } = this;
    const [C, to, factor] = w.dims('weight', 3);
    const [period, delay] = [stream.period / factor, stream.delay * factor];
    const weight = w.derive(g, 'weight', 'spread', [C, to, factor], (values) => reorder(values, C, to, factor, (c, d, r) => (c * factor + r) * to + d), [C, factor * to]);
    const frames = g.node('Reshape', [g.node('MatMul', [stream.x, weight]), g.ints([1, this.S / period, to])]);
    return { x: g.node('Add', [frames, this.wait(skip, delay - skip.delay, name)]), C: to, period, delay };
  }

  /** Hands on what came `frames` before. */
  private wait({ x, C, period }: Stream, frames: number, name: string): Value {
    if (frames === 0) return x;
    const { g } = this;
    const state = g.state(name, [1, frames, C]);
    const joined = g.node('Concat', [state.before, x], { axis: TIME });
    const [ready, rest] = g.nodes(2, 'Split', [joined, g.ints([this.S / period, frames])], { axis: TIME });
    state.after(rest!);
    return ready!;
  }

  /** Zero before the beginning and behind the end of the recording. */
  private silenced(x: Value, period: number, delay: number): Value {
    const { g } = this;
    const { at, reach } = this.masks;
    const start = reach - delay * period;
    const mask = g.node('Slice', [at, g.ints([start]), g.ints([start + this.S]), g.ints([TIME]), g.ints([period])]);
    return g.node('Mul', [x, mask]);
  }
}

/** 1 for every sample of the recording, 0 for others, from `reach` samples before the run to its end: [1, reach + S, 1] */
function sampleMask(g: ModelGraph, S: number, remaining: Value): { at: Value; reach: number } {
  const reach = 8 * S; // more than any delay
  const offsets = g.initializer('offsets', [1, reach + S, 1], Float32Array.from({ length: reach + S }, (_, i) => i - reach));
  const position = g.state('position', [1]); // of the run; it need not count beyond the reach
  position.after(g.node('Min', [g.node('Add', [position.before, g.scalar(S)]), g.scalar(reach)]));
  const begun = g.node('GreaterOrEqual', [g.node('Add', [offsets, position.before]), g.scalar(0)]);
  const inside = g.node('And', [begun, g.node('Less', [offsets, remaining])]);
  return { at: g.node('Cast', [inside], { to: 1 }), reach };
}

/** Values [C, to, factor] at the places that `place` gives. */
function reorder(values: Float32Array, C: number, to: number, factor: number, place: (c: number, d: number, r: number) => number): Float32Array {
  const result = new Float32Array(values.length);
  for (let c = 0; c < C; c++) for (let d = 0; d < to; d++) for (let r = 0; r < factor; r++) result[place(c, d, r)] = values[(c * to + d) * factor + r]!;
  return result;
}
