import { FloodQueue } from './flood-queue';
import { PixelList } from './pixel-list';

const PENDING = -3;

/**
 * Seeded watershed by priority flood (Barnes, Lehman, Mulla 2014): the labels > 0 spread over the pixels that hold `free`, those of the greatest
 * `heights` first and the earliest entry among equals (seeds enter in raster order), to four neighbours in the order up, left, right, down; a
 * pixel takes the label that reaches it first. Works in place; pixels that no label reaches become 0.
 *
 * Connected regions of free pixels cannot influence each other, so each is flooded on its own, which keeps the queue small and near; a region that
 * touches one label only is filled with it.
 */
export function flood(heights: Float32Array, labels: Int32Array, height: number, width: number, free: number): void {
  const region = new PixelList();
  const shore = new PixelList(); // labelled pixels beside the region, some of them more than once
  const queue = new FloodQueue();
  const size = height * width;

  for (let start = 0; start < size; start++) {
    if (labels[start] !== free) continue;
    gather(start);
    const label = commonLabel();
    if (label === undefined) floodRegion();
    else for (let i = 0; i < region.length; i++) labels[region.at(i)] = label;
  }

  /** Lists the free region of `start`, marking it PENDING, and its shore. */
  function gather(start: number): void {
    region.length = 0;
    shore.length = 0;
    const visit = (pixel: number) => {
      const label = labels[pixel]!;
      if (label > 0) shore.push(pixel);
      if (label !== free) return;
      labels[pixel] = PENDING;
      region.push(pixel);
    };
    visit(start);
    for (let i = 0; i < region.length; i++) forNeighbours(region.at(i), visit);
  }

  /** The one label of the shore, 0 where it is empty, undefined where there are several. */
  function commonLabel(): number | undefined {
    if (shore.length === 0) return 0;
    const label = labels[shore.at(0)]!;
    for (let i = 1; i < shore.length; i++) if (labels[shore.at(i)] !== label) return undefined;
    return label;
  }

  function floodRegion(): void {
    shore.sort();
    for (let i = 0; i < shore.length; i++) {
      const pixel = shore.at(i);
      if (i === 0 || pixel !== shore.at(i - 1)) queue.push(heights[pixel]!, pixel);
    }
    while (queue.size > 0) {
      const source = queue.pop();
      const label = labels[source]!;
      forNeighbours(source, (pixel) => {
        if (labels[pixel] !== PENDING) return;
        labels[pixel] = label;
        queue.push(heights[pixel]!, pixel);
      });
    }
  }

  function forNeighbours(pixel: number, visit: (pixel: number) => void): void {
    const x = pixel % width;
    if (pixel >= width) visit(pixel - width);
    if (x > 0) visit(pixel - 1);
    if (x < width - 1) visit(pixel + 1);
    if (pixel + width < size) visit(pixel + width);
  }
}
