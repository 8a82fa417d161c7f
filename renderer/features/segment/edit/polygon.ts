import type { Point } from './brush';
import type { Edit } from './patch';

/** Paints the pixels whose centres lie inside of a closed path, by the even-odd rule. */
export function fillPolygon(edit: Edit, path: readonly Point[], label: number, may?: (before: number) => boolean): void {
  if (path.length < 3) return;
  const rows = path.map(({ y }) => y);
  const first = Math.max(0, Math.floor(Math.min(...rows)));
  const last = Math.min(edit.map.height - 1, Math.ceil(Math.max(...rows)));
  for (let y = first; y <= last; y++) {
    const crossings = crossingsAt(path, y + 0.5);
    for (let i = 0; i + 1 < crossings.length; i += 2) edit.paint(y, Math.ceil(crossings[i]! - 0.5), Math.ceil(crossings[i + 1]! - 0.5) - 1, label, may);
  }
}

/** Where the line at height y crosses the path, left to right. */
function crossingsAt(path: readonly Point[], y: number): number[] {
  const crossings: number[] = [];
  let a = path.at(-1)!;
  for (const b of path) {
    if (a.y > y !== b.y > y) crossings.push(a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x));
    a = b;
  }
  return crossings.sort((left, right) => left - right);
}
