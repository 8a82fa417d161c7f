import { measureInstances } from '../measure';
import type { LabelImage, Raster } from '../raster';
import type { Region, Regions } from '../regions';
import type { ClassMap } from './class-map';

/** Regions of classes as a map of 1 + the class, 0 for none: what label PNGs of scenes hold. */
export function classLabels({ height, width, labels, regions, classes }: Regions): LabelImage {
  const classOf = Int32Array.from([0, ...regions.map((region) => 1 + region.class)]);
  return { height, width, labels: labels.map((label) => classOf[label]!), count: classes.length };
}

/** The classes that occur as regions, numbered without gaps in the order of their classes: what the window, COCO and tables take. */
export function classRegions(image: Raster, map: ClassMap): LabelImage & { regions: Region[] } {
  const present = new Uint8Array(map.count + 1);
  for (const label of map.labels) present[label] = 1;
  present[0] = 0; // no class
  let count = 0;
  const numbers = Int32Array.from(present, (seen) => (seen ? ++count : 0));
  const classes = [...present.keys()].filter((label) => present[label]).map((label) => label - 1);
  const regions = { height: map.height, width: map.width, labels: map.labels.map((label) => numbers[label]!), count };
  const measured = measureInstances(image, regions);
  return { ...regions, regions: measured.map((region, i) => ({ ...region, class: classes[i]!, probability: map.probabilities[classes[i]!]! })) };
}
