/**
 * Stock operators only: `LinearAttention` and `CausalConvWithState` of ONNX Runtime's domain `com.microsoft`, present for
 * CPU, WebGPU and CUDA. LinearAttention with the update rule `gated` is S_t = exp(g_t) S_(t-1) + k_t v_t^T, o_t = q_t^T S_t:
 *   Mamba-2  query C, key B, value dt*x, g = dt*A: a decay for each head
 *   Mamba-1  query C, key B, value delta*u, a head for each channel, g = delta*A: a decay for each channel and state
 * Query and key heads are shared by all value heads, so B and C are never copied out to the channels.
 */
import type { GraphBuilder, Value } from '../graph-builder';
import { portableDiagonalStateSpace } from './portable-diagonal';
import type { StateSpaceOps } from './state-space-ops';

const DOMAIN = 'com.microsoft';
const TIME = 1;
const PATHS = 4;

export const portable: StateSpaceOps = {
  selectiveScan(g, { u, delta, A, B, C, D, z, deltaBias, h0 }, { channels, states, reverse = false }) {
    const step = softplus(g, delta, deltaBias);
    const decay = g.node('Mul', [g.node('Unsqueeze', [step, g.ints([-1])]), A]); // [B, L, D, N]
    const flat = g.node('Reshape', [decay, g.ints([0, 0, channels * states])]);
    const past = h0 && g.node('Unsqueeze', [h0, g.ints([-1])]); // d_v = 1
    const scan = linearAttention(g, { query: C, key: B, value: g.node('Mul', [step, u]), decay: flat, past }, channels, reverse);
    return { y: skipAndGate(g, scan.output, u, D, z), h: g.node('Squeeze', [scan.present, g.ints([-1])]) };
  },

  causalConv1d(g, { x, weight, bias, s0 }, { silu = false, reverse = false }) {
    const kernel = g.node('Unsqueeze', [weight, g.ints([1])]); // [D, 1, K]
    const attributes = { activation: silu ? 'silu' : 'none', channels_last: 1, ndim: 1 };
    const [y, s] = g.nodes(2, 'CausalConvWithState', [flipIf(g, reverse, x), kernel, bias, s0], attributes, DOMAIN);
    return { y: flipIf(g, reverse, y!), s: s! };
  },

  stateSpaceDual(g, { x, dt, A, B, C, D, z, dtBias, h0 }, { heads, headDim, reverse = false }) {
    const step = softplus(g, dt, dtBias);
    const value = g.node('Mul', [x, g.node('Unsqueeze', [step, g.ints([-1])])]);
    const packed = g.node('Reshape', [value, g.ints([0, 0, heads * headDim])]);
    const past = h0 && swapLast(g, h0); // [B, H, N, P]
    const scan = linearAttention(g, { query: C, key: B, value: packed, decay: g.node('Mul', [step, A]), past }, heads, reverse);
    const y = g.node('Reshape', [scan.output, g.ints([0, 0, heads, headDim])]);
    const skip = D && g.node('Unsqueeze', [D, g.ints([-1])]);
    return { y: skipAndGate(g, y, x, skip, z), h: swapLast(g, scan.present) };
  },

  /** Four scans over sequences; those along columns see the map with its sides swapped. */
  selectiveScan2d(g, { u, delta, A, B, C, D, deltaBias }, { channels, states }) {
    const parts = (x: Value, axis: number) => g.nodes(PATHS, 'Split', [x, g.ints(new Array<number>(PATHS).fill(1))], { axis }).map((part) => g.node('Squeeze', [part, g.ints([axis])]));
    const [deltas, As, Bs, Cs, Ds, biases] = [parts(delta, 1), parts(A, 0), parts(B, 1), parts(C, 1), D && parts(D, 0), deltaBias && parts(deltaBias, 0)];
    const alongSide = (turn: (map: Value) => Value, forth: number): Value => {
      const sequence = (map: Value, size: number) => g.node('Reshape', [turn(map), g.ints([0, -1, size])]);
      const scan = (k: number) => {
        const inputs = { u: sequence(u, channels), delta: sequence(deltas[k]!, channels), A: As[k]!, B: sequence(Bs[k]!, states), C: sequence(Cs[k]!, states), D: Ds?.[k], deltaBias: biases?.[k] };
        return portable.selectiveScan(g, inputs, { channels, states, reverse: k !== forth }).y;
      };
      return turn(g.node('Reshape', [g.node('Add', [scan(forth), scan(forth + 2)]), g.node('Shape', [turn(u)])]));
    };
    return g.node('Add', [alongSide((map) => map, 0), alongSide((map) => swapSides(g, map), 1)]);
  },

  diagonalStateSpace: (g, inputs, options) => portableDiagonalStateSpace(portable, g, inputs, options),

  gatedRmsNorm: (g, { x, weight, z }, { epsilon }) => g.node('SimplifiedLayerNormalization', [gated(g, x, z), weight], { epsilon: { float: epsilon } }),
};

interface Attention {
  query: Value; // [B, L, N]
  key: Value; // [B, L, N]
  value: Value; // [B, L, heads * d_v]
  decay: Value; // [B, L, heads] or [B, L, heads * N], logarithmic
  past: Value | undefined; // [B, heads, N, d_v]
}

function linearAttention(g: GraphBuilder, { query, key, value, decay, past }: Attention, heads: number, reverse: boolean): { output: Value; present: Value } {
  const flip = (x: Value) => flipIf(g, reverse, x);
  const attributes = { q_num_heads: 1, kv_num_heads: heads, update_rule: 'gated', scale: { float: 1 } };
  const [output, present] = g.nodes(2, 'LinearAttention', [flip(query), flip(key), flip(value), past, flip(decay)], attributes, DOMAIN);
  return { output: flip(output!), present: present! };
}

function softplus(g: GraphBuilder, x: Value, bias: Value | undefined): Value {
  return g.node('Softplus', [bias ? g.node('Add', [x, bias]) : x]);
}

/** (y + D x) * silu(z), each part where it is given */
function skipAndGate(g: GraphBuilder, y: Value, x: Value, D: Value | undefined, z: Value | undefined): Value {
  const skipped = D ? g.node('Add', [y, g.node('Mul', [x, D])]) : y;
  return z ? gated(g, skipped, z) : skipped;
}

/** y * silu(z) */
function gated(g: GraphBuilder, y: Value, z: Value): Value {
  return g.node('Mul', [y, g.node('Mul', [z, g.node('Sigmoid', [z])])]);
}

function flipIf(g: GraphBuilder, reverse: boolean, x: Value): Value {
  if (!reverse) return x;
  return g.node('Slice', [x, g.ints([-1]), g.ints([Number.MIN_SAFE_INTEGER]), g.ints([TIME]), g.ints([-1])]);
}

function swapLast(g: GraphBuilder, x: Value): Value {
  return g.node('Transpose', [x], { perm: [0, 1, 3, 2] });
}

/** [B, H, W, C] -> [B, W, H, C] */
function swapSides(g: GraphBuilder, map: Value): Value {
  return g.node('Transpose', [map], { perm: [0, 2, 1, 3] });
}
