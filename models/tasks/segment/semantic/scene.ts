/** How a scene becomes the input of a network, as MMSegmentation prepares it for its tests. */
import type { Raster } from '../raster';
import { axisWeights } from './bilinear';

export interface Size {
  height: number;
  width: number;
}

export interface Window extends Size {
  top: number;
  left: number;
}

type Colours = readonly [number, number, number];

/** The size of a picture made to fit into long x short, in its own shape as far as sides that are multiples of `multipleOf` allow. */
export function fittedSize({ height, width }: Size, { long, short, multipleOf = 1 }: { long: number; short: number; multipleOf?: number | undefined }): Size {
  const scale = Math.min(long / Math.max(height, width), short / Math.min(height, width));
  const side = (pixels: number) => Math.max(1, Math.round((pixels * scale) / multipleOf)) * multipleOf;
  return { height: side(height), width: side(width) };
}

/** [3, height, width]: the picture resized, bilinear without smoothing, to 8-bit colours, then (x - mean) / std; a grey channel is repeated. */
export function sceneInput(image: Raster, size: Size, mean: Colours, std: Colours): Float32Array {
  const rows = axisWeights(image.height, size.height);
  const columns = axisWeights(image.width, size.width);
  const plane = size.height * size.width;
  const input = new Float32Array(3 * plane);
  const to8Bits = 255 / (2 ** image.bitDepth - 1);
  const { data, channels } = image;
  for (let y = 0, target = 0; y < size.height; y++) {
    const above = rows.from[y]! * image.width;
    const below = rows.to[y]! * image.width;
    for (let x = 0; x < size.width; x++, target++) {
      const [left, right, across, down] = [columns.from[x]!, columns.to[x]!, columns.share[x]!, rows.share[y]!];
      for (let c = 0; c < 3; c++) {
        const at = (pixel: number) => data[pixel * channels + (channels === 1 ? 0 : c)]!;
        const upper = at(above + left) * (1 - across) + at(above + right) * across;
        const lower = at(below + left) * (1 - across) + at(below + right) * across;
        input[c * plane + target] = (Math.round((upper * (1 - down) + lower * down) * to8Bits) - mean[c]!) / std[c]!;
      }
    }
  }
  return input;
}

/** Windows of `side`, `stride` apart, that cover the picture; the last ones are moved back inside. Without a plan it is one window. */
export function windowsOf({ height, width }: Size, plan: { side: number; stride: number } | undefined): Window[] {
  if (!plan) return [{ top: 0, left: 0, height, width }];
  const starts = (size: number) => {
    const count = Math.ceil(Math.max(0, size - plan.side) / plan.stride) + 1;
    return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(i * plan.stride, size - plan.side)));
  };
  const [high, wide] = [Math.min(plan.side, height), Math.min(plan.side, width)];
  return starts(height).flatMap((top) => starts(width).map((left) => ({ top, left, height: high, width: wide })));
}

/** [colours, window.height, window.width] of an input of `size` */
export function cutOut(input: Float32Array, size: Size, window: Window, colours: number): Float32Array {
  if (window.height === size.height && window.width === size.width) return input;
  const part = new Float32Array(colours * window.height * window.width);
  for (let c = 0, target = 0; c < colours; c++) {
    for (let y = 0; y < window.height; y++, target += window.width) {
      const source = (c * size.height + window.top + y) * size.width + window.left;
      part.set(input.subarray(source, source + window.width), target);
    }
  }
  return part;
}
