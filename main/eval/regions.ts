import type { LabelMap } from './label-file';

/** Numbers the connected regions (8 neighbours) of equal value, from 1; value 0 stays 0. Turns a mask into instances. */
export function connectedRegions({ width, height, labels }: LabelMap): LabelMap {
  const regions = new Uint32Array(labels.length);
  const stack: number[] = [];
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] === 0 || regions[start] !== 0) continue;
    regions[start] = ++count;
    stack.push(start);
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      const x = pixel % width;
      const y = (pixel - x) / width;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (regions[next] !== 0 || labels[next] !== labels[pixel]) continue;
          regions[next] = count;
          stack.push(next);
        }
      }
    }
  }
  return { width, height, labels: regions };
}
