/**
 * SS2D: four selective scans across a map, by rows and by columns, each both ways, summed at each position. Liu et al. 2024, "VMamba". The first
 * version, also in VM-UNet, MambaIR and PFVM, gates their sum; the later ones of VMamba do without a gate and the convolution's bias.
 *
 * Glossary: C model width, E inner width, R rank of delta, N state size, k scan: 0 rows, 1 columns, 2 and 3 the same backwards.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { silu } from './activations';
import { conv } from './conv';
import { channelsFirst, channelsLast } from './layout';
import { linear, linearParts } from './linear';
import { BIAS_FREE, split } from './mixer-parts';
import { layerNorm } from './norms';
import { transpose, type Weights } from './weights';

const SCANS = 4;

/**
 * [B, H, W, C] -> [B, H, W, C]. Keys in_proj.weight [2E, C] (u, then the gate z) or [E, C] (no gate), conv2d.{weight [E, 1, K, K], bias, if any},
 * x_proj_weight [4, R + 2N, E] (delta, B, C), dt_projs_weight [4, E, R], dt_projs_bias [4, E], A_logs [4E, N], Ds [4E], out_norm, out_proj.weight [C, E].
 */
export function ss2d(g: ModelGraph, rows: Value, w: Weights, C: number): Value {
  const [, E] = w.dims('dt_projs_bias', 2);
  const gated = w.dims('in_proj.weight', 2)[0] !== E;
  const [u, z] = linearParts(g, rows, w.at('in_proj'), gated ? [E, E] : [E], C, BIAS_FREE);
  const [, , kernel] = w.dims('conv2d.weight', 4);
  const mixed = conv(g, channelsFirst(g, u), w.at('conv2d'), [E, 1, kernel, kernel], { padding: (kernel - 1) / 2, groups: E, bias: w.has('conv2d.bias') });
  const normed = layerNorm(g, crossScan(g, channelsLast(g, silu(g, mixed)), w, E), w.at('out_norm'), E);
  return linear(g, z ? g.node('Mul', [normed, silu(g, z)]) : normed, w.at('out_proj'), [C, E], BIAS_FREE);
}

/** u [B, H, W, E] -> [B, H, W, E]. A product for each scan makes its low-rank delta, B and C, one more its delta. */
function crossScan(g: ModelGraph, u: Value, w: Weights, E: number): Value {
  const [, N] = w.dims('A_logs', 2);
  const [, , R] = w.dims('dt_projs_weight', 3);
  const forEach = (key: string, rows: number, columns: number) =>
    w.derive(g, key, 'transposed', [SCANS, rows, columns], (values) => transposeEach(values, rows, columns), [SCANS, columns, rows]);
  const sides = g.node('Shape', [u], { start: 1, end: 3 });
  const maps = (x: Value, size: number) => g.node('Reshape', [x, g.node('Concat', [g.ints([0, SCANS]), sides, g.ints([size])], { axis: 0 })]);

  const positions = g.node('Reshape', [u, g.ints([0, 1, -1, E])]);
  const [low, B, C] = split(g, g.node('MatMul', [positions, forEach('x_proj_weight', R + 2 * N, E)]), [R, N, N]); // [B, 4, H W, ...]
  return g.ops.selectiveScan2d(
    g,
    {
      u,
      delta: maps(g.node('MatMul', [low, forEach('dt_projs_weight', E, R)]), E),
      A: w.derive(g, 'A_logs', 'A', [SCANS * E, N], (values) => values.map((value) => -Math.exp(value)), [SCANS, E, N]),
      B: maps(B, N),
      C: maps(C, N),
      D: w.put(g, 'Ds', [SCANS * E], [SCANS, E]),
      deltaBias: w.put(g, 'dt_projs_bias', [SCANS, E]),
    },
    { channels: E, states: N },
  );
}

/** [4, rows, columns] -> [4, columns, rows] */
function transposeEach(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += rows * columns) result.set(transpose(values.subarray(at, at + rows * columns), rows, columns), at);
  return result;
}
