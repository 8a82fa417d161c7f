import { PixelList } from './pixel-list';
import type { Point } from './brush';
import { boxOf } from './label-map';
import type { Edit } from './patch';

const OUTSIDE = 0;
const FREE = -1; // belongs to the instance, not reached yet
const CUT = -2; // lies under the line

/**
 * Cuts an instance along a drawn line. The largest part beside the line keeps the label, the others get new ones of the same class; parts that the line does not
 * touch stay. Returns the new labels; none where the line does not part it.
 */
export function splitInstance(edit: Edit, label: number, line: readonly Point[]): number[] {
  const { map } = edit;
  const region = map.region(label);
  if (region.area === 0) return [];
  const box = boxOf(region);
  const parts = new Int32Array(box.width * box.height);
  for (let y = 0, at = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++, at++) parts[at] = map.at(box.x + x, box.y + y) === label ? FREE : OUTSIDE;
  }
  markLine(parts, box, line);
  const sizes = numberParts(parts, box.width);
  const beside = partsBesideCut(parts, box.width);
  if (beside.size < 2) return [];
  spreadIntoCut(parts, box.width);
  const [largest] = [...beside].sort((a, b) => sizes[b]! - sizes[a]!);
  const labels = new Map([...beside].filter((part) => part !== largest).map((part) => [part, edit.create(region.class)]));
  for (let at = 0; at < parts.length; at++) {
    const own = labels.get(parts[at]!);
    if (own === undefined) continue;
    const x = box.x + (at % box.width);
    edit.paint(box.y + Math.floor(at / box.width), x, x, own);
  }
  return [...labels.values()];
}

/** Steps of at most half a pixel, so that pixels beside the cut cannot touch across it except at corners. */
function markLine(parts: Int32Array, box: { x: number; y: number; width: number; height: number }, line: readonly Point[]): void {
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y))));
    for (let step = 0; step <= steps; step++) {
      const x = Math.floor(a.x + ((b.x - a.x) * step) / steps) - box.x;
      const y = Math.floor(a.y + ((b.y - a.y) * step) / steps) - box.y;
      if (x >= 0 && y >= 0 && x < box.width && y < box.height && parts[y * box.width + x] === FREE) parts[y * box.width + x] = CUT;
    }
  }
}

/** Numbers the 4-connected parts from 1; returns their sizes, by number. */
function numberParts(parts: Int32Array, width: number): number[] {
  const sizes = [0];
  for (let first = 0; first < parts.length; first++) {
    if (parts[first] !== FREE) continue;
    const number = sizes.length;
    const waiting = new PixelList();
    waiting.push(first);
    parts[first] = number;
    let size = 0;
    while (waiting.length > 0) {
      const at = waiting.pop();
      size++;
      for (const near of neighbours(at, width, parts.length)) {
        if (parts[near] !== FREE) continue;
        parts[near] = number;
        waiting.push(near);
      }
    }
    sizes.push(size);
  }
  return sizes;
}

function partsBesideCut(parts: Int32Array, width: number): Set<number> {
  const beside = new Set<number>();
  parts.forEach((part, at) => {
    if (part === CUT) for (const near of neighbours(at, width, parts.length)) if (parts[near]! > 0) beside.add(parts[near]!);
  });
  return beside;
}

/** Each pixel under the line joins the part that is nearest, counted in steps. */
function spreadIntoCut(parts: Int32Array, width: number): void {
  let edge: number[] = [];
  parts.forEach((part, at) => {
    if (part === CUT) edge.push(...neighbours(at, width, parts.length).filter((near) => parts[near]! > 0));
  });
  while (edge.length > 0) {
    const next: number[] = [];
    for (const at of edge) {
      for (const near of neighbours(at, width, parts.length)) {
        if (parts[near] !== CUT) continue;
        parts[near] = parts[at]!;
        next.push(near);
      }
    }
    edge = next;
  }
}

function neighbours(at: number, width: number, size: number): number[] {
  const near: number[] = [];
  if (at >= width) near.push(at - width);
  if (at % width > 0) near.push(at - 1);
  if (at % width < width - 1) near.push(at + 1);
  if (at + width < size) near.push(at + width);
  return near;
}
