import { pixelsOf, type Runs } from './runs';

/**
 * Watershed by union-find: the pixels of `runs` are taken from the greatest of `heights` (16 bits) down, in raster order among equals. A pixel
 * joins the hill of its highest neighbour (of up, left, right, down; the first of these among equals), or begins one where it has none. Where it touches
 * further hills, the one with the lower peak (of equal peaks the one that began later) is joined to the other if its peak is no higher than `seed`
 * or rises less than `depth` above the pixel. All `labels` must hold 0; in the end they hold 1 + the pixel of the hill's peak, 0 elsewhere.
 */
export function mergeBasins(heights: Uint16Array, labels: Int32Array, runs: Runs, width: number, seed: number, depth: number): void {
  const size = labels.length;
  const order = downhill(heights, runs);
  const near = new Int32Array(4); // pixels

  for (let i = 0; i < order.length; i++) {
    const pixel = order[i]!;
    const level = heights[pixel]!;
    const x = pixel % width;
    let count = 0;
    if (pixel >= width && labels[pixel - width]! > 0) near[count++] = pixel - width;
    if (x > 0 && labels[pixel - 1]! > 0) near[count++] = pixel - 1;
    if (x < width - 1 && labels[pixel + 1]! > 0) near[count++] = pixel + 1;
    if (pixel + width < size && labels[pixel + width]! > 0) near[count++] = pixel + width;
    let highest = near[0]!;
    for (let i = 1; i < count; i++) if (heights[near[i]!]! > heights[highest]!) highest = near[i]!;
    let own = count > 0 ? root(labels, highest) : pixel;
    labels[pixel] = own + 1;
    for (let i = 0; i < count; i++) {
      const other = root(labels, near[i]!);
      if (other === own) continue;
      const below = heights[own]! < heights[other]! || (heights[own] === heights[other] && own > other);
      const [low, high] = below ? [own, other] : [other, own];
      if (heights[low]! > seed && heights[low]! - level >= depth) continue;
      labels[low] = high + 1;
      own = high;
    }
  }
  for (let i = 0; i < order.length; i++) labels[order[i]!] = labels[labels[order[i]!]! - 1]!; // what a pixel was joined to comes before it
}

/** The pixels of `runs`, the highest first, in their order among equals. */
function downhill(heights: Uint16Array, runs: Runs): Int32Array {
  const ends = new Int32Array(65_537); // ends[h + 1]: how many are at least as high as h, then where the next one of height h goes
  for (let i = 0; i < runs.length; i += 2) for (let pixel = runs[i]!; pixel < runs[i + 1]!; pixel++) ends[heights[pixel]!]!++;
  for (let height = 65_535, sum = 0; height >= 0; height--) ends[height] = sum += ends[height]!;
  const order = new Int32Array(pixelsOf(runs));
  for (let i = 0; i < runs.length; i += 2) for (let pixel = runs[i]!; pixel < runs[i + 1]!; pixel++) order[ends[heights[pixel]! + 1]!++] = pixel;
  return order;
}

/** Of a pixel's hill; halves the way there. */
function root(labels: Int32Array, pixel: number): number {
  for (let up = labels[pixel]! - 1; up !== pixel; up = labels[pixel]! - 1) {
    labels[pixel] = labels[up]!;
    pixel = labels[pixel]! - 1;
  }
  return pixel;
}
