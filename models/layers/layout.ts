/** Between maps with channels first [B, C, H, W], rows with channels last [B, H, W, C], and sequences of positions [B, H W, C]. */
import type { GraphBuilder, Value } from '../graph/graph-builder';

export function channelsLast(g: GraphBuilder, map: Value): Value {
  return g.node('Transpose', [map], { perm: [0, 2, 3, 1] });
}

export function channelsFirst(g: GraphBuilder, rows: Value): Value {
  return g.node('Transpose', [rows], { perm: [0, 3, 1, 2] });
}

/** [B, H, W, C] -> [B, W, H, C] */
export function swapSides(g: GraphBuilder, rows: Value): Value {
  return g.node('Transpose', [rows], { perm: [0, 2, 1, 3] });
}

/** [B, H, W, C] -> [B, H W, C] */
export function sequence(g: GraphBuilder, rows: Value, C: number): Value {
  return g.node('Reshape', [rows, g.ints([0, -1, C])]);
}

/** [B, H W, C] -> the shape of `like` [B, H, W, C] */
export function unsequence(g: GraphBuilder, positions: Value, like: Value): Value {
  return g.node('Reshape', [positions, g.node('Shape', [like])]);
}

/** [B, H W, C] -> the shape of `like` [B, C, H, W]. ONNX Runtime would join `channelsFirst` with a `swapSides` before it, and is slow where all axes move at once. */
export function unsequenceFirst(g: GraphBuilder, positions: Value, like: Value): Value {
  return g.node('Reshape', [g.node('Transpose', [positions], { perm: [0, 2, 1] }), g.node('Shape', [like])]);
}
