/** Cuts maps into square windows and puts them together again. Liu et al. 2021, "Swin Transformer", without its shift. */
import type { GraphBuilder, Value } from '../graph/graph-builder';

/**
 * Runs `inside` on the windows of a map, each a sequence: [B, H, W, C] -> sequences [B n, side^2, C] -> [B, H, W, C]. The map is filled up with zeros at the bottom and the
 * right to whole windows, which are cut off again behind.
 */
export function inWindows(g: GraphBuilder, rows: Value, side: number, C: number, inside: (sequences: Value) => Value): Value {
  const sides = g.node('Shape', [rows], { start: 1, end: 3 }); // H, W
  const missing = g.node('Mod', [g.node('Neg', [sides]), g.ints([side])]);
  const pads = g.node('Concat', [g.ints([0, 0, 0, 0, 0]), missing, g.ints([0])], { axis: 0 });
  const padded = g.node('Pad', [rows, pads]);
  const counts = g.node('Div', [g.node('Add', [sides, missing]), g.ints([side])]); // windows down and across
  const [down, across] = g.nodes(2, 'Split', [counts, g.ints([1, 1])], { axis: 0 }) as [Value, Value];
  const shape = (...parts: (number | Value)[]) => g.node('Concat', parts.map((part) => (typeof part === 'number' ? g.ints([part]) : part)), { axis: 0 });
  const turned = (x: Value) => g.node('Transpose', [x], { perm: [0, 1, 3, 2, 4, 5] }); // rows of windows <-> rows of pixels

  const cut = turned(g.node('Reshape', [padded, shape(-1, down, side, across, side, C)]));
  const done = inside(g.node('Reshape', [cut, g.ints([-1, side * side, C])]));
  const joined = turned(g.node('Reshape', [done, shape(-1, down, across, side, side, C)]));
  const whole = g.node('Reshape', [joined, g.node('Shape', [padded])]);
  return g.node('Slice', [whole, g.ints([0, 0]), sides, g.ints([1, 2])]);
}
