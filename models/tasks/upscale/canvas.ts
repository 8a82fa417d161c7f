/** The upscaled picture, filled from the blended rows of the model's answer. */
import type { Raster } from '../segment/raster';
import type { FinishedRows } from '../segment/tile-blender';
import type { Span, TilePlan } from '../segment/tiles';

/** The same tiles on the picture whose sides are `factor` times as long. */
export function scalePlan(plan: TilePlan, factor: number): TilePlan {
  const scale = (span: Span): Span => ({
    start: span.start * factor,
    length: span.length * factor,
    from: span.from * factor,
    full: span.full * factor,
    fade: span.fade * factor,
    to: span.to * factor,
  });
  return { height: plan.height * factor, width: plan.width * factor, rows: plan.rows.map(scale), columns: plan.columns.map(scale) };
}

/** Sample value -> 0 to 1. */
export function unitTable(bitDepth: Raster['bitDepth']): Float32Array {
  const brightest = 2 ** bitDepth - 1;
  return Float32Array.from({ length: brightest + 1 }, (_, value) => value / brightest);
}

/** A picture of `factor` times the sides of `image`, with its channels and depth, black to begin with. */
export function emptyCanvas(image: Raster, factor: number): Raster {
  const [width, height] = [image.width * factor, image.height * factor];
  const size = width * height * image.channels;
  return { ...image, width, height, data: image.bitDepth === 16 ? new Uint16Array(size) : new Uint8Array(size) };
}

/** Rounds rows of red, green and blue from 0 to 1 (maps [3, count, stride], clipped) into the canvas; a grey one takes their mean. */
export function paintRows(canvas: Raster, { first, count, maps, plane }: FinishedRows, stride: number): void {
  const { width, height, channels, data } = canvas;
  const brightest = 2 ** canvas.bitDepth - 1;
  const shade = (value: number) => Math.round(Math.min(Math.max(value, 0), 1) * brightest);
  for (let y = first; y < Math.min(first + count, height); y++) {
    for (let x = 0; x < width; x++) {
      const source = (y - first) * stride + x;
      const [red, green, blue] = [maps[source]!, maps[source + plane]!, maps[source + 2 * plane]!];
      const target = (y * width + x) * channels;
      if (channels === 1) data[target] = shade((red + green + blue) / 3);
      else {
        data[target] = shade(red);
        data[target + 1] = shade(green);
        data[target + 2] = shade(blue);
      }
    }
  }
}
