/**
 * Outlines along the cracks between pixels, so that a polygon's area is its number of pixels. Corner (x, y) is the upper left corner of pixel (x, y): the
 * image spans [0, width] x [0, height], y down.
 */
import type { Box } from './measure';
import type { LabelImage } from './raster';

export type Ring = readonly (readonly [x: number, y: number])[]; // corners only, not closed; no corner twice

export interface Polygon {
  outer: Ring; // of positive signed area: clockwise on the screen
  holes: Ring[]; // of negative signed area
}

/** Right, ahead, left, in quarters clockwise. Right first: parts that meet at a corner stay apart. */
const TURNS = [1, 0, 3] as const;

/** The polygons of one instance, one for each 4-connected part. Rings are simple; they may touch each other at corners. Only `box` is visited. */
export function contours(image: LabelImage, label: number, box: Box): Polygon[] {
  const outers: Ring[] = [];
  const holes: Ring[] = [];
  for (const ring of traceRings(image, label, box)) (signedArea(ring) > 0 ? outers : holes).push(ring);
  const polygons = outers.map((outer): Polygon => ({ outer, holes: [] }));
  for (const hole of holes) ownerOf(hole, polygons).holes.push(hole);
  return polygons;
}

/** Exact: a sum of integers. Positive for outlines, negative for holes. */
export function signedArea(ring: Ring): number {
  let twice = 0;
  let [x, y] = ring.at(-1)!;
  for (const [nextX, nextY] of ring) {
    twice += x * nextY - nextX * y;
    [x, y] = [nextX, nextY];
  }
  return twice / 2;
}

/** Directions 0 to 3 are east, south, west, north; the instance lies to the right of every edge. */
function traceRings({ width, height, labels }: LabelImage, label: number, box: Box): Ring[] {
  const stride = box.width + 1;
  const edges = new Uint8Array(stride * (box.height + 1)); // bit d at a corner: an edge leaves it in direction d
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && labels[y * width + x] === label;
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      const [x, y] = [box.x + column, box.y + row];
      if (labels[y * width + x] !== label) continue;
      const corner = row * stride + column;
      if (!inside(x, y - 1)) edges[corner]! |= 1;
      if (!inside(x + 1, y)) edges[corner + 1]! |= 2;
      if (!inside(x, y + 1)) edges[corner + stride + 1]! |= 4;
      if (!inside(x - 1, y)) edges[corner + stride]! |= 8;
    }
  }
  const rings: Ring[] = [];
  const moves = [1, stride, -1, -stride];
  for (let start = 0; start < edges.length; start++) {
    while (edges[start]! & 1) {
      const corners: number[] = [];
      let at = start;
      edges[start]! &= ~1;
      for (let direction = 0, turn: number | undefined = 0; turn !== undefined; direction = (direction + (turn ?? 0)) & 3) {
        at += moves[direction]!;
        turn = TURNS.find((quarter) => edges[at]! & (1 << ((direction + quarter) & 3))); // none left: back at the start
        if (turn !== 0) corners.push(at);
        if (turn !== undefined) edges[at]! &= ~(1 << ((direction + turn) & 3));
      }
      rings.push(...simpleRings(corners).map((ring) => ring.map((corner) => [box.x + (corner % stride), box.y + Math.floor(corner / stride)] as const)));
    }
  }
  return rings;
}

/** Cuts a closed path at the corners that it visits twice. */
function simpleRings(path: readonly number[]): number[][] {
  const rings: number[][] = [];
  const open: number[] = [];
  const place = new Map<number, number>();
  for (const corner of path) {
    const before = place.get(corner);
    if (before !== undefined) {
      const ring = open.splice(before);
      for (const passed of ring) place.delete(passed);
      rings.push(ring);
    }
    place.set(corner, open.length);
    open.push(corner);
  }
  return [...rings, open];
}

/** The smallest outline around the instance's pixel beside the hole's first edge. */
function ownerOf(hole: Ring, polygons: readonly Polygon[]): Polygon {
  if (polygons.length === 1) return polygons[0]!;
  const [[x0, y0], [x1, y1]] = [hole[0]!, hole[1]!];
  const [dx, dy] = [Math.sign(x1 - x0), Math.sign(y1 - y0)];
  const pixel = { x: x0 + (dx - dy) / 2, y: y0 + (dy + dx) / 2 }; // its centre: half a step on and half a step to the right
  const around = polygons.filter(({ outer }) => contains(outer, pixel));
  return around.reduce((smallest, polygon) => (signedArea(polygon.outer) < signedArea(smallest.outer) ? polygon : smallest));
}

/** Even-odd rule; the point is a pixel's centre, so never on an edge. */
function contains(ring: Ring, { x, y }: { x: number; y: number }): boolean {
  let odd = false;
  let beforeY = ring.at(-1)![1];
  for (const [cornerX, cornerY] of ring) {
    if (cornerY > y !== beforeY > y && x < cornerX) odd = !odd; // edges that cross the row are vertical
    beforeY = cornerY;
  }
  return odd;
}
