export const FREE = -1;

/**
 * Watershed by union-find: the pixels that hold `FREE` are taken from the greatest of `heights` (16 bits) down, in raster order among equals. A pixel
 * joins the hill of its highest neighbour (of up, left, right, down; the first of these among equals), or begins one where it has none. Where it touches
 * further hills, the one with the lower peak (of equal peaks the one that began later) is joined to the other if its peak is no higher than `seed`
 * or rises less than `depth` above the pixel. In the end `labels` hold 1 + the pixel of the hill's peak, 0 elsewhere. `labels` must hold 0 or FREE.
 */
export function mergeBasins(heights: Uint16Array, labels: Int32Array, width: number, seed: number, depth: number): void {
  const size = labels.length;
  const order = downhill(heights, labels);
  const near = new Int32Array(4); // pixels

  for (const pixel of order) {
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
  for (const pixel of order) labels[pixel] = root(labels, pixel) + 1;
}

/** The free pixels, the highest first, in raster order among equals. */
function downhill(heights: Uint16Array, labels: Int32Array): Int32Array {
  const ends = new Int32Array(65_537); // ends[h + 1]: how many are at least as high as h, then where the next one of height h goes
  for (let pixel = 0; pixel < labels.length; pixel++) if (labels[pixel] === FREE) ends[heights[pixel]!]!++;
  for (let height = 65_535; height >= 0; height--) ends[height]! += ends[height + 1]!;
  const order = new Int32Array(ends[0]!);
  for (let pixel = 0; pixel < labels.length; pixel++) if (labels[pixel] === FREE) order[ends[heights[pixel]! + 1]!++] = pixel;
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
