import type { Edit } from './patch';

/** A point of the picture's plane: pixel (x, y) covers [x, x + 1) x [y, y + 1). */
export interface Point {
  x: number;
  y: number;
}

/** Paints the pixels whose centres lie within `radius` of the way from one point to another, and always the pixel under the end. */
export function stroke(edit: Edit, from: Point, to: Point, radius: number, label: number, may?: (before: number) => boolean): void {
  const reach = Math.max(radius, 0.5);
  const first = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const last = Math.min(edit.map.height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  for (let y = first; y <= last; y++) {
    const span = capsuleRow(from, to, reach, y + 0.5);
    if (span) edit.paint(y, Math.ceil(span[0] - 0.5), Math.floor(span[1] - 0.5), label, may);
  }
  edit.paint(Math.floor(to.y), Math.floor(to.x), Math.floor(to.x), label, may);
}

/** Where the line at height y crosses the capsule, a convex shape: between the outermost of its crossings with both discs and both long sides. */
function capsuleRow(from: Point, to: Point, radius: number, y: number): [number, number] | undefined {
  let left = Infinity;
  let right = -Infinity;
  const include = (x: number) => {
    left = Math.min(left, x);
    right = Math.max(right, x);
  };
  for (const end of [from, to]) {
    const half = radius * radius - (y - end.y) ** 2;
    if (half >= 0) [-1, 1].forEach((side) => include(end.x + side * Math.sqrt(half)));
  }
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length > 0) {
    const across = { x: (-radius * (to.y - from.y)) / length, y: (radius * (to.x - from.x)) / length };
    for (const side of [-1, 1]) {
      const [y0, y1] = [from.y + side * across.y, to.y + side * across.y];
      const along = (y - y0) / (y1 - y0);
      if (along >= 0 && along <= 1) include(from.x + side * across.x + along * (to.x - from.x));
    }
  }
  return left <= right ? [left, right] : undefined;
}
