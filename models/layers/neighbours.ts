/** What lies side by side in a sequence put into one row, and rows added up again where they overlap; both with a step of one. */
import type { GraphBuilder, Value } from '../graph/graph-builder';

const END = 2 ** 31 - 1;

/** [B, L, C] -> [B, L - taps + 1, taps C]: each position and the taps - 1 behind it. */
export function neighbours(g: GraphBuilder, x: Value, taps: number): Value {
  const parts = Array.from({ length: taps }, (_, k) => g.node('Slice', [x, g.ints([k]), g.ints([k === taps - 1 ? END : k + 1 - taps]), g.ints([1])]));
  return g.node('Concat', parts, { axis: 2 });
}

/** [B, L - taps + 1, taps C] -> [B, L, C]: the sum of what is said of a position. */
export function overlapped(g: GraphBuilder, rows: Value, taps: number): Value {
  const parts = g.nodes(taps, 'Split', [rows], { axis: 2, num_outputs: taps });
  return parts.map((part, k) => g.node('Pad', [part, g.ints([0, k, 0, 0, taps - 1 - k, 0])])).reduce((sum, part) => g.node('Add', [sum, part]));
}
