/**
 * SS2D, first version: four selective scans across a map, by rows and by columns, each both ways, summed at each position. Liu et al. 2024,
 * "VMamba". Also in VM-UNet, MambaIR and PFVM.
 *
 * Glossary: C model width, E inner width, R rank of delta, N state size, k scan: 0 rows, 1 columns, 2 and 3 the same backwards.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { silu } from './activations';
import { conv } from './conv';
import { channelsFirst, channelsLast, sequence, swapSides, unsequence } from './layout';
import { linear } from './linear';
import { BIAS_FREE, split } from './mixer-parts';
import { layerNorm } from './norms';
import { transpose, type Weights } from './weights';

const SCANS = 4;

/**
 * [B, H, W, C] -> [B, H, W, C]. Keys in_proj.weight [2E, C] (u, then the gate z), conv2d.{weight [E, 1, 3, 3], bias}, x_proj_weight [4, R + 2N, E]
 * (delta, B, C), dt_projs_weight [4, E, R], dt_projs_bias [4, E], A_logs [4E, N], Ds [4E], out_norm, out_proj.weight [C, E].
 */
export function ss2d(g: ModelGraph, rows: Value, w: Weights, C: number): Value {
  const [, E] = w.dims('dt_projs_bias', 2);
  const [u, z] = split(g, linear(g, rows, w.at('in_proj'), [2 * E, C], BIAS_FREE), [E, E]);
  const [, , kernel] = w.dims('conv2d.weight', 4);
  const mixed = conv(g, channelsFirst(g, u!), w.at('conv2d'), [E, 1, kernel, kernel], { padding: (kernel - 1) / 2, groups: E });
  const map = channelsLast(g, silu(g, mixed));
  const byColumns = swapSides(g, map);
  const across = bothWays(g, map, w, E, 0);
  const down = swapSides(g, bothWays(g, byColumns, w, E, 1));
  const normed = layerNorm(g, g.node('Add', [across, down]), w.at('out_norm'), E);
  return linear(g, g.node('Mul', [normed, silu(g, z!)]), w.at('out_proj'), [C, E], BIAS_FREE);
}

/** The scans k and k + 2 of a map [B, H, W, E] in the order in which it lies. */
function bothWays(g: ModelGraph, map: Value, w: Weights, E: number, k: number): Value {
  const u = sequence(g, map, E);
  return unsequence(g, g.node('Add', [scan(g, u, w, E, k, false), scan(g, u, w, E, k + 2, true)]), map);
}

/** u [B, L, E] -> [B, L, E] */
function scan(g: ModelGraph, u: Value, w: Weights, E: number, k: number, reverse: boolean): Value {
  const [, N] = w.dims('A_logs', 2);
  const [, , R] = w.dims('dt_projs_weight', 3);
  /** the k-th part of a tensor along its first axis */
  const part = (key: string, shape: readonly number[], dims: readonly number[], map = (values: Float32Array) => values) =>
    w.derive(g, key, String(k), shape, (values) => map(values.subarray((k * values.length) / SCANS, ((k + 1) * values.length) / SCANS)), dims);

  const project = part('x_proj_weight', [SCANS, R + 2 * N, E], [E, R + 2 * N], (values) => transpose(values, R + 2 * N, E));
  const [low, B, C] = split(g, g.node('MatMul', [u, project]), [R, N, N]);
  const widen = part('dt_projs_weight', [SCANS, E, R], [R, E], (values) => transpose(values, E, R));
  return g.ops.selectiveScan(
    g,
    {
      u,
      delta: g.node('MatMul', [low, widen]),
      A: part('A_logs', [SCANS * E, N], [E, N], (values) => values.map((value) => -Math.exp(value))),
      B: B!,
      C: C!,
      D: part('Ds', [SCANS * E], [E]),
      deltaBias: part('dt_projs_bias', [SCANS, E], [E]),
    },
    { channels: E, states: N, reverse },
  ).y;
}
