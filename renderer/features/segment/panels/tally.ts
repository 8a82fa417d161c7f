import type { LabelMap } from '../edit/label-map';

/** Pixels and instances of each class. */
export function tally(map: LabelMap, classes: number): { pixels: number[]; instances: number[] } {
  const pixels = new Array<number>(classes).fill(0);
  const instances = new Array<number>(classes).fill(0);
  for (const { class: index, area } of map.regions.values()) {
    if (area === 0 || index >= classes) continue;
    pixels[index]! += area;
    instances[index]!++;
  }
  return { pixels, instances };
}
