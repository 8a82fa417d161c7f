/** The edited map as a result: instances numbered anew without gaps, in the order of their labels. */
import type { ClassLook } from '../../../../models/tasks/segment/labelled';
import type { Regions } from '../../../../models/tasks/segment/regions';
import { boxOf, centroidOf, type LabelMap } from './label-map';

export function editedRegions(map: LabelMap, classes: readonly ClassLook[]): Regions {
  const used = [...map.regions.values()].filter(({ area }) => area > 0).sort((a, b) => a.label - b.label);
  const numbers = new Int32Array(map.highest + 1);
  used.forEach(({ label }, i) => (numbers[label] = i + 1));
  return {
    width: map.width,
    height: map.height,
    count: used.length,
    labels: map.labels.map((label) => numbers[label]!),
    classes: classes.map((look) => ({ ...look })),
    regions: used.map((region, i) => ({
      label: i + 1,
      class: region.class,
      probability: region.probability,
      meanIntensity: region.meanIntensity,
      area: region.area,
      centroid: centroidOf(region),
      box: boxOf(region),
    })),
  };
}
