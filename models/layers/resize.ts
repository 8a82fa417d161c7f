/** Changes of resolution that depend on the size of the input, on maps [B, C, h, w]. */
import type { GraphBuilder, Value } from '../graph/graph-builder';

const ROWS = 2;
const COLUMNS = 3;

/** Bilinear, to the sides of `like`; corners not aligned. */
export function resizeLike(g: GraphBuilder, map: Value, like: Value): Value {
  const sizes = g.node('Concat', [g.node('Shape', [map], { end: 2 }), g.node('Shape', [like], { start: 2 })], { axis: 0 });
  return g.node('Resize', [map, undefined, undefined, sizes], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' });
}

/** [B, C, h, w] -> [B, C, factor h, factor w], bilinear, corners aligned */
export function upsampleAligned2d(g: GraphBuilder, map: Value, factor: number): Value {
  const scales = g.node('Cast', [g.ints([1, 1, factor, factor])], { to: 1 });
  return g.node('Resize', [map, undefined, scales], { mode: 'linear', coordinate_transformation_mode: 'align_corners' });
}

/** [B, C, h, w] -> [B, C, cells, cells]: the mean of each cell; cell i of a side of n pixels reaches from floor(i n / cells) to ceil((i + 1) n / cells). */
export function adaptiveAveragePool(g: GraphBuilder, map: Value, cells: number): Value {
  const rows = g.node('MatMul', [shares(g, map, ROWS, cells), map]);
  return g.node('MatMul', [rows, g.node('Transpose', [shares(g, map, COLUMNS, cells)], { perm: [1, 0] })]);
}

/** [cells, n]: by how much each pixel of the side counts in each cell */
function shares(g: GraphBuilder, map: Value, axis: number, cells: number): Value {
  const side = g.node('Shape', [map], { start: axis, end: axis + 1 }); // [1]
  const positions = g.node('Range', [g.node('Squeeze', [g.ints([0])]), g.node('Squeeze', [side]), g.node('Squeeze', [g.ints([1])])]);
  const numbers = Array.from({ length: cells }, (_, i) => i);
  const border = (multiples: Value, roundUp: number) => {
    const quotient = g.node('Div', [g.node('Add', [g.node('Mul', [multiples, side]), g.ints([roundUp])]), g.ints([cells])]);
    return g.node('Unsqueeze', [quotient, g.ints([1])]); // [cells, 1]
  };
  const from = border(g.ints(numbers), 0);
  const to = border(g.ints(numbers.map((i) => i + 1)), cells - 1);
  const inside = g.node('Cast', [g.node('And', [g.node('GreaterOrEqual', [positions, from]), g.node('Less', [positions, to])])], { to: 1 });
  return g.node('Div', [inside, g.node('ReduceSum', [inside, g.ints([1])])]);
}
