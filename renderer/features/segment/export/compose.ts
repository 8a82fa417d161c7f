/** Makes the bytes of an export from the corrected regions. Pictures become PNG through `encode`, which a browser's worker brings along. */
import { zipSync, strToU8, type Zippable } from 'fflate';
import { cocoJson } from '../../../../models/tasks/segment/coco';
import type { Color } from '../../../../models/tasks/segment/colors';
import { hexColor } from '../../../../models/tasks/segment/colors-hex';
import { cutoutPixels, overlayPixels, PLAIN_SHADES, TINT } from '../../../../models/tasks/segment/composition';
import { geoJson } from '../../../../models/tasks/segment/geojson';
import { instancesCsv } from '../../../../models/tasks/segment/instances-csv';
import { labelPng } from '../../../../models/tasks/segment/label-png';
import type { Labelled } from '../../../../models/tasks/segment/labelled';
import type { Regions } from '../../../../models/tasks/segment/regions';
import { classLabels } from '../../../../models/tasks/segment/semantic/class-regions';
import { svgDrawing } from '../../../../models/tasks/segment/svg';
import { EXPORT_SUFFIXES, exportName, type ExportFormat } from './formats';

export interface ExportInput {
  file: string; // name of the picture
  regions: Regions;
  colors: (Color | null)[]; // by label; null: hidden
  fill: number;
  outlines: boolean;
  micrometresPerPixel: number | null;
}

export interface Encoder {
  /** RGBA of the shown picture. */
  picture(): Promise<Uint8ClampedArray>;
  png(pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): Promise<Uint8Array>; // RGBA
}

/** `progress` hears the done fraction of what takes several steps. */
export async function composeExport(input: ExportInput, format: ExportFormat, encoder: Encoder, progress: (fraction: number) => void = () => undefined): Promise<Uint8Array> {
  const { regions, file, colors, fill, outlines } = input;
  const instances = regions.regions.map(labelled);
  const names = regions.classes.map(({ name }) => name);
  switch (format) {
    case 'labels':
      if (regions.semantic) return labelPng(classLabels(regions), [[0, 0, 0], ...regions.classes.map(({ color }) => hexColor(color))]);
      return labelPng(regions, colors.map((color) => color ?? [0, 0, 0]));
    case 'overlay': {
      const data = await encoder.picture();
      progress(0.3);
      const rgb = overlayPixels({ data, channels: 4 }, PLAIN_SHADES, regions, colors, { fill, outline: outlines ? TINT.outline : fill });
      progress(0.6);
      return encoder.png(opaque(rgb), regions.width, regions.height);
    }
    case 'cutout': {
      const data = await encoder.picture();
      progress(0.3);
      const rgba = cutoutPixels({ data, channels: 4 }, PLAIN_SHADES, regions, colors);
      progress(0.6);
      return encoder.png(rgba, regions.width, regions.height);
    }
    case 'coco':
      return strToU8(cocoJson(file, regions, instances, names));
    case 'coco-polygons':
      return strToU8(cocoJson(file, regions, instances, names, 'polygons'));
    case 'geojson':
      return strToU8(geoJson(regions, instances, regions.classes));
    case 'svg':
      return strToU8(svgDrawing(regions, instances, regions.classes));
    case 'csv':
      return strToU8(instancesCsv(file, regions.regions, { classes: names, ...(input.micrometresPerPixel !== null && { micrometresPerPixel: input.micrometresPerPixel }) }));
  }
}

/** All formats in one archive; what cannot be made (a label PNG of more than 65535 instances) is left out. PNGs are stored, since they are packed already. */
export async function composeArchive(input: ExportInput, formats: readonly ExportFormat[], encoder: Encoder, progress: (fraction: number) => void): Promise<Uint8Array> {
  const files: Zippable = {};
  for (const [i, format] of formats.entries()) {
    progress(i / formats.length);
    if (format === 'labels' && input.regions.count > 0xffff) continue;
    const suffix = EXPORT_SUFFIXES[format];
    files[exportName(input.file, suffix)] = [await composeExport(input, format, encoder, (part) => progress((i + part) / formats.length)), { level: suffix.endsWith('.png') ? 0 : 6 }];
  }
  return zipSync(files);
}

/** What is not known (NaN) is left out. */
function labelled({ probability, ...region }: Regions['regions'][number]): Labelled {
  return Number.isNaN(probability) ? region : { ...region, probability };
}

function opaque(rgb: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from]!;
    rgba[to + 1] = rgb[from + 1]!;
    rgba[to + 2] = rgb[from + 2]!;
  }
  return rgba;
}
