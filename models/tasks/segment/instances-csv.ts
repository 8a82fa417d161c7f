import { textCell } from '../csv-cell';
import type { Labelled } from './labelled';

const HEADER = 'image,instance,area_px,centroid_x,centroid_y,box_x,box_y,box_width,box_height,mean_intensity';

export interface CsvExtras {
  classes?: readonly string[]; // adds `class` and `probability`
  micrometresPerPixel?: number; // adds `area_um2`, `centroid_x_um` and `centroid_y_um`
}

/**
 * One row an instance, under a header; decimals have a point. `image` is the file's name. Columns of `extras` come last. A mean intensity that is not known (NaN: the
 * instance was edited by hand) is an empty cell.
 */
export function instancesCsv(image: string, instances: readonly Labelled[], extras: CsvExtras = {}): string {
  const name = textCell(image);
  const { classes, micrometresPerPixel: scale } = extras;
  const header = [HEADER, ...(classes ? ['class,probability'] : []), ...(scale ? ['area_um2,centroid_x_um,centroid_y_um'] : [])].join(',');
  const rows = instances.map(({ label, area, centroid, box, meanIntensity, class: index = 0, probability }) =>
    [
      ...[name, label, area, decimal(centroid.x), decimal(centroid.y), box.x, box.y, box.width, box.height, decimal(meanIntensity)],
      ...(classes ? [textCell(classes[index] ?? ''), decimal(probability ?? NaN, 4)] : []),
      ...(scale ? [decimal(area * scale * scale, 4), decimal(centroid.x * scale, 4), decimal(centroid.y * scale, 4)] : []),
    ].join(','),
  );
  return [header, ...rows, ''].join('\n');
}

function decimal(value: number, digits = 2): string {
  return Number.isNaN(value) ? '' : value.toFixed(digits);
}
