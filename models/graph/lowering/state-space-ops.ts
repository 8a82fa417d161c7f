/**
 * The recurrent operators that models are made of, and the norm with a gate behind them, as functions on graph values. Two lowerings give them a form:
 * `native` our own kernels, `portable` stock operators of ONNX Runtime. Layers see this interface only.
 *
 * B batch, L length, D channels, N state size, H heads of P channels, G groups that share B and C, K taps.
 * `reverse` runs from L-1 down to 0: the initial state enters at L-1, the final one is that of 0.
 */
import type { GraphBuilder, Value } from '../graph-builder';
import type { DiagonalSystem } from './diagonal-system';

type Optional = Value | undefined;

export interface SelectiveScanInputs {
  u: Value; // [B, L, D]
  delta: Value; // [B, L, D], before softplus and bias
  A: Value; // [D, N], negative
  B: Value; // [B, L, N]
  C: Value; // [B, L, N]
  D?: Optional; // [D]
  z?: Optional; // [B, L, D]: y *= silu(z)
  deltaBias?: Optional; // [D]
  h0?: Optional; // [B, D, N]
}

export interface CausalConv1dInputs {
  x: Value; // [B, L, D]
  weight: Value; // [D, K]
  bias?: Optional; // [D]
  s0?: Optional; // [B, K-1, D], what was read before x, oldest first
}

export interface StateSpaceDualInputs {
  x: Value; // [B, L, H, P]
  dt: Value; // [B, L, H], before softplus and bias
  A: Value; // [H], negative
  B: Value; // [B, L, N], one group
  C: Value; // [B, L, N]
  D?: Optional; // [H]
  z?: Optional; // [B, L, H, P]: y *= silu(z)
  dtBias?: Optional; // [H]
  h0?: Optional; // [B, H, P, N]
}

/** K = 4 paths over a map: 0 along rows, 1 along columns, 2 and 3 the same backwards. */
export interface SelectiveScan2dInputs {
  u: Value; // [B, H, W, D]
  delta: Value; // [B, K, H, W, D], before softplus and bias
  A: Value; // [K, D, N], negative
  B: Value; // [B, K, H, W, N]
  C: Value; // [B, K, H, W, N]
  D?: Optional; // [K, D]
  deltaBias?: Optional; // [K, D]
}

export interface DiagonalStateSpaceInputs {
  x: Value; // [1, L, D]
  system: DiagonalSystem;
  h0?: Optional; // [1, G, N, 2], G = D of a bank, else 1
}

export interface GatedRmsNormInputs {
  x: Value; // [B, L, D]
  weight: Value; // [D]
  z: Value; // [B, L, D]
}

export interface StateSpaceOps {
  /** h_t = exp(delta_t A) h_(t-1) + delta_t B_t u_t,  y_t = C_t h_t + D u_t, with delta through softplus. Mamba, Gu & Dao 2023. */
  selectiveScan(g: GraphBuilder, inputs: SelectiveScanInputs, options: { channels: number; states: number; reverse?: boolean }): { y: Value; h: Value };
  /** y_t = sum_k w_k x_(t-K+1+k) + bias for each channel, then the activation. */
  causalConv1d(g: GraphBuilder, inputs: CausalConv1dInputs, options: { silu?: boolean; reverse?: boolean }): { y: Value; s: Value };
  /** h_t = exp(dt_t A) h_(t-1) + dt_t x_t B_t^T,  y_t = h_t C_t + D x_t, with dt through softplus. Mamba-2, Dao & Gu 2024. */
  stateSpaceDual(g: GraphBuilder, inputs: StateSpaceDualInputs, options: { heads: number; headDim: number; reverse?: boolean }): { y: Value; h: Value };
  /** The sum of four selective scans, each along its path and with parameters of its own: y [B, H, W, D]. VMamba, Liu et al. 2024. */
  selectiveScan2d(g: GraphBuilder, inputs: SelectiveScan2dInputs, options: { channels: number; states: number }): Value;
  /** The recurrence of a DiagonalSystem: y [1, L, E]; `length` is L where it is known. S4D, Gu et al. 2022; S5, Smith et al. 2023; LRU, Orvieto et al. 2023. */
  diagonalStateSpace(g: GraphBuilder, inputs: DiagonalStateSpaceInputs, options: { length?: number; reverse?: boolean }): { y: Value; h: Value };
  /** v = x silu(z),  y = v / sqrt(mean(v^2) + eps) * weight. Mamba-2, Dao & Gu 2024. */
  gatedRmsNorm(g: GraphBuilder, inputs: GatedRmsNormInputs, options: { epsilon: number }): Value;
}
