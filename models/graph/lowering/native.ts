/** The operators of native-kernels, domain `ssm` version 1: one node each. */
import type { Matrix } from './diagonal-system';
import type { StateSpaceOps } from './state-space-ops';

const DOMAIN = 'ssm';

export const native: StateSpaceOps = {
  selectiveScan(g, { u, delta, A, B, C, D, z, deltaBias, h0 }, { reverse = false }) {
    const [y, h] = g.nodes(2, 'SelectiveScan', [u, delta, A, B, C, D, z, deltaBias, h0], { delta_softplus: 1, reverse: Number(reverse) }, DOMAIN);
    return { y: y!, h: h! };
  },
  causalConv1d(g, { x, weight, bias, s0 }, { silu = false, reverse = false }) {
    const [y, s] = g.nodes(2, 'CausalConv1d', [x, weight, bias, s0], { activation: silu ? 'silu' : '', reverse: Number(reverse) }, DOMAIN);
    return { y: y!, s: s! };
  },
  stateSpaceDual(g, { x, dt, A, B, C, D, z, dtBias, h0 }, { reverse = false }) {
    const [y, h] = g.nodes(2, 'StateSpaceDual', [x, dt, A, B, C, D, z, dtBias, h0], { dt_softplus: 1, reverse: Number(reverse) }, DOMAIN);
    return { y: y!, h: h! };
  },
  selectiveScan2d(g, { u, delta, A, B, C, D, deltaBias }) {
    return g.node('SelectiveScan2d', [u, delta, A, B, C, D, deltaBias], { delta_softplus: 1 }, DOMAIN);
  },
  diagonalStateSpace(g, { x, system, h0 }, { reverse = false }) {
    const { name, discretization, channels, outputs, states, A, dt, B, C, D } = system;
    const tensor = (key: string, dims: number[], values: Float32Array | undefined) => values && g.initializer(`${name}.${key}`, dims, values);
    const matrix = (key: string, dims: number[], from: Matrix | undefined) => tensor(key, from?.complex ? [...dims, 2] : dims, from?.values);
    const weights = [
      tensor('A', [B ? 1 : channels, states, 2], A),
      matrix('C', [outputs, states], C),
      matrix('B', [states, channels], B),
      tensor('dt', [B ? states : channels], dt),
      tensor('D', [outputs], D),
    ];
    const [y, h] = g.nodes(2, 'DiagonalStateSpace', [x, ...weights, h0], { discretization, reverse: Number(reverse) }, DOMAIN);
    return { y: y!, h: h! };
  },
  gatedRmsNorm: (g, { x, weight, z }, { epsilon }) => g.node('GatedRmsNorm', [x, weight, z], { epsilon: { float: epsilon } }, DOMAIN),
};
