import type { Format } from '../../../i18n/format';

/** An area in micrometres where the scale is known, else in pixels. `micrometres`: of a pixel's side. */
export function areaText(format: Format, pixels: number, micrometres: number | null): string {
  return micrometres === null ? `${format.number(pixels)} px` : `${format.fixed(pixels * micrometres ** 2, 2)} µm²`;
}
