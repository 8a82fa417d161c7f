import { labelColor, type Color } from '../../../../models/tasks/segment/colors';
import { hexColor } from '../../../../models/tasks/segment/colors-hex';
import type { ClassLook } from '../../../../models/tasks/segment/labelled';
import type { RegionState } from '../edit/label-map';
import type { Coloring } from './state';

/** How regions are coloured, on the canvas and in exports. */
export function regionColors(coloring: Coloring, classes: readonly ClassLook[]): (region: Pick<RegionState, 'label' | 'class'>) => Color {
  const looks = classes.map(({ color }) => hexColor(color));
  return (region) => (coloring === 'class' ? (looks[region.class] ?? labelColor(region.class)) : labelColor(region.label));
}
