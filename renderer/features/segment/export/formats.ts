/** What a corrected picture can be saved as: the end of the file's name, by format. */
export const EXPORT_SUFFIXES = {
  labels: '.labels.png',
  overlay: '.overlay.png',
  cutout: '.cutout.png',
  coco: '.coco.json',
  'coco-polygons': '.polygons.coco.json',
  geojson: '.geojson',
  svg: '.svg',
  csv: '.instances.csv',
} as const;

export type ExportFormat = keyof typeof EXPORT_SUFFIXES;
export const EXPORT_FORMATS = Object.keys(EXPORT_SUFFIXES) as ExportFormat[];

/** `cell.png` -> `cell`, then the suffix. */
export function exportName(file: string, suffix: string): string {
  return `${file.replace(/\.[^.]+$/, '') || file}${suffix}`;
}
