import type { Instance } from './measure';

const HEADER = 'image,instance,area_px,centroid_x,centroid_y,box_x,box_y,box_width,box_height,mean_intensity';

/** One row an instance, under a header; decimals have a point. `image` is the file's name. */
export function instancesCsv(image: string, instances: readonly Instance[]): string {
  const name = textCell(image);
  const rows = instances.map(({ label, area, centroid, box, meanIntensity }) =>
    [name, label, area, centroid.x.toFixed(2), centroid.y.toFixed(2), box.x, box.y, box.width, box.height, meanIntensity.toFixed(2)].join(','),
  );
  return [HEADER, ...rows, ''].join('\n');
}

/** Quoted as RFC 4180 asks; an apostrophe keeps spreadsheets from running a name like `=cmd()` as a formula. */
function textCell(text: string): string {
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
