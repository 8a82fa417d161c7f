/**
 * Two Mamba mixers that read sequences forwards and backwards, each x + mamba(norm(x)), joined by a linear map of both side by side: the middle of SEMamba and of SPMamba.
 *
 * Glossary: C width, E inner width.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { direction } from './mamba';
import { unitRms } from './norms';
import type { Weights } from './weights';

interface JoinOptions {
  /** the shape in which the map's weight [2C, C] is published */
  shape: readonly number[];
  /** adds the map's bias */
  bias?: boolean;
  /** adds x */
  residual?: boolean;
  /** channel i of the sequences, here and behind the map, is published as order[i]; as it is published without */
  order?: readonly number[];
}

/**
 * [B, L, C] -> the same. Keys of `w` {forward,backward}_blocks.0.{norm.weight [C], mixer}, of `join` weight and bias [C].
 *
 * The norm of both ways is one, its two weights go into the maps behind it; and with J the join's half for a way and O its mixer's last map, the whole is
 * x (J_f + J_b) + y_f O_f J_f + y_b O_b J_b.
 */
export function bothWays(g: ModelGraph, x: Value, w: Weights, join: Weights, { shape, bias = false, residual = false, order }: JoinOptions): Value {
  const C = shape[0]! / 2;
  const at = order ?? Array.from({ length: C }, (_, i) => i);
  const flat = (rows: Value, width: number) => g.node('Reshape', [rows, g.ints([-1, width])]);
  const straight = join.derive(g, 'weight', 'straight', shape, (J) => Float32Array.from({ length: C * C }, (_, i) => {
    const [from, to] = [Math.floor(i / C), i % C];
    const entry = at[from]! * C + at[to]!;
    return J[entry]! + J[C * C + entry]! + Number(residual && from === to);
  }), [C, C]);
  const normed = unitRms(g, x, C);
  let sum = g.node('Gemm', [flat(x, C), straight, bias ? join.put(g, 'bias', [C]) : undefined]);
  for (const [half, way] of (['forward', 'backward'] as const).entries()) {
    const block = w.at(`${way}_blocks.0`);
    const [E] = block.dims('mixer.D', 1);
    const map = block.derive(g, 'mixer.out_proj.weight', 'joined', [C, E], (O) => product(O, join.take('weight', shape).subarray(half * C * C, (half + 1) * C * C), at, E), [E, C]);
    sum = g.node('Gemm', [flat(scanned(g, normed, block, [E, C], at, way === 'backward'), E), map, sum]);
  }
  return g.node('Reshape', [sum, g.node('Shape', [x])]);
}

/** Of our operators, for `rows` sequences taken `together` at once: a convolution and a scan each way. */
export const callsOf = (rows: number, together: number) => 4 * Math.ceil(rows / together);

/** O [C, E] and J [C, C] -> O^T J [E, C], its columns in the order `at`. */
function product(O: Float32Array, J: Float32Array, at: readonly number[], E: number): Float32Array {
  const C = at.length;
  const result = new Float32Array(E * C);
  const row = new Float64Array(C);
  for (let e = 0; e < E; e++) {
    row.fill(0);
    for (let c = 0; c < C; c++) {
      const value = O[c * E + e]!;
      for (let to = 0; to < C; to++) row[to]! += value * J[c * C + to]!;
    }
    for (let to = 0; to < C; to++) result[e * C + to] = row[at[to]!]!;
  }
  return result;
}

/** The mixer without its last map, [B, L, C] -> [B, L, E], of rows that the norm's weight has not scaled yet. */
function scanned(g: ModelGraph, rows: Value, block: Weights, [E, C]: readonly [number, number], at: readonly number[], reverse: boolean): Value {
  const scale = block.take('norm.weight', [C]);
  const [x, z] = ['x', 'z'].map((part, half) => {
    const map = block.derive(g, 'mixer.in_proj.weight', `${part}.normed`, [2 * E, C], (values) => {
      const result = new Float32Array(C * E);
      for (const [c, from] of at.entries()) {
        for (let e = 0; e < E; e++) result[c * E + e] = values[(half * E + e) * C + from]! * scale[from]!;
      }
      return result;
    }, [C, E]);
    return g.node('MatMul', [rows, map]);
  }) as [Value, Value];
  return direction(g, x, z, block.at('mixer'), { reverse });
}
