import type { LabelImage, Raster } from './raster';
import { labelledRuns } from './runs';

/** Measurements of one instance, in pixels of the upright image; a pixel's centre has its integer coordinates. */
export interface Instance {
  label: number;
  area: number;
  centroid: { x: number; y: number };
  box: Box;
  meanIntensity: number; // on the file's own scale; luma (ITU-R BT.601) of a colour image
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Instance `label` is element `label - 1`. */
export function measureInstances(image: Raster, { width, height, labels, count, runs = labelledRuns(labels, width) }: LabelImage): Instance[] {
  const area = new Float64Array(count + 1);
  const sumX = new Float64Array(count + 1);
  const sumY = new Float64Array(count + 1);
  const light = new Float64Array(count + 1);
  const left = new Int32Array(count + 1).fill(width);
  const top = new Int32Array(count + 1).fill(height);
  const right = new Int32Array(count + 1);
  const bottom = new Int32Array(count + 1);
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width);
    const line = y * width;
    for (let pixel = runs[i]!; pixel < runs[i + 1]!; ) {
      const label = labels[pixel]!;
      const first = pixel - line;
      let sum = light[label]!;
      do sum += luma(image, pixel++);
      while (pixel < runs[i + 1]! && labels[pixel] === label);
      const last = pixel - line - 1;
      const pixels = last - first + 1;
      light[label] = sum;
      area[label]! += pixels;
      sumX[label]! += ((first + last) * pixels) / 2;
      sumY[label]! += y * pixels;
      left[label] = Math.min(left[label]!, first);
      right[label] = Math.max(right[label]!, last);
      top[label] = Math.min(top[label]!, y);
      bottom[label] = y;
    }
  }
  return Array.from({ length: count }, (_, i) => {
    const label = i + 1;
    const pixels = area[label]!;
    const [x, y] = [left[label]!, top[label]!];
    return {
      label,
      area: pixels,
      centroid: { x: sumX[label]! / pixels, y: sumY[label]! / pixels },
      box: { x, y, width: right[label]! - x + 1, height: bottom[label]! - y + 1 },
      meanIntensity: light[label]! / pixels,
    };
  });
}

export function luma({ data, channels }: Raster, pixel: number): number {
  if (channels === 1) return data[pixel]!;
  const at = 3 * pixel;
  return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
}
