/**
 * The mixer of LocalMamba: Mamba scans in several orders of the map's positions, each with weights of its own. Huang et al. 2024, "LocalMamba: Visual State Space Model with
 * Windowed Selective Scan".
 *
 * Glossary: L positions (a square map in raster order, with a class token in the middle if there is one), D model width, E inner width.
 */
import type { Value } from '../graph/graph-builder';
import type { ModelGraph } from '../graph/lowering/model-graph';
import { gelu } from './activations';
import { linear, linearParts } from './linear';
import { direction as scanned } from './mamba';
import { BIAS_FREE } from './mixer-parts';
import { layerNorm } from './norms';
import type { Weights } from './weights';

/** h by rows, v by columns, w by square windows of so many pixels a side; flip: from the end. */
export type Direction = `${'h' | 'v' | `w${number}`}${'' | '_flip'}`;

export interface Layout {
  side: number; // of the map
  classToken: boolean;
}

/**
 * [B, L, D] -> [B, L, D]. Keys in_proj.weight [2E, D], for direction i those of a Mamba scan with _i behind their names, attn.{norm, global_reduce, channel_select}.{weight, bias},
 * out_proj.weight [D, E].
 */
export function localScans(g: ModelGraph, u: Value, w: Weights, D: number, directions: readonly Direction[], layout: Layout): Value {
  const [E] = w.dims('A_log_0', 2);
  const [x, z] = linearParts(g, u, w.at('in_proj'), [E, E], D, BIAS_FREE);
  const scans = directions.map((direction, i) => {
    const order = orderOf(direction, layout);
    const y = scanned(g, inOrder(g, x, order), inOrder(g, z, order), w, { own: `_${i}`, A: `A_log_${i}`, reverse: direction.endsWith('_flip') });
    return channelAttention(g, inOrder(g, y, inverse(order)), w.at('attn'), E);
  });
  return linear(g, g.node('Sum', scans), w.at('out_proj'), [D, E], BIAS_FREE);
}

/** x times a weight for each channel, from the mean over all positions of the normed x. */
function channelAttention(g: ModelGraph, x: Value, w: Weights, E: number): Value {
  const [reduced] = w.dims('global_reduce.bias', 1);
  const mean = g.node('ReduceMean', [layerNorm(g, x, w.at('norm'), E), g.ints([1])]); // [B, 1, E]
  const low = gelu(g, linear(g, mean, w.at('global_reduce'), [reduced, E]));
  return g.node('Mul', [x, g.node('Sigmoid', [linear(g, low, w.at('channel_select'), [E, reduced])])]);
}

function inOrder(g: ModelGraph, x: Value, order: readonly number[]): Value {
  return order.every((from, to) => from === to) ? x : g.node('Gather', [x, g.ints(order)], { axis: 1 });
}

/** Which position comes at each step; a flipped direction reads the same steps from their end. */
export function orderOf(direction: Direction, { side, classToken }: Layout): number[] {
  const kind = direction.replace('_flip', '');
  const positions = Array.from({ length: side * side }, (_, i) => i);
  const key = (i: number): number[] => {
    const [row, column] = [Math.floor(i / side), i % side];
    if (kind === 'h') return [row, column];
    if (kind === 'v') return [column, row];
    const window = Number(kind.slice(1));
    return [Math.floor(row / window), Math.floor(column / window), row, column];
  };
  const order = positions.sort((a, b) => compare(key(a), key(b)));
  if (!classToken) return order;
  const middle = Math.floor((side * side) / 2);
  const shifted = order.map((position) => (position < middle ? position : position + 1));
  return [...shifted.slice(0, middle), middle, ...shifted.slice(middle)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function inverse(order: readonly number[]): number[] {
  const places = new Array<number>(order.length);
  order.forEach((position, step) => (places[position] = step));
  return places;
}
