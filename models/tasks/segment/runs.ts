/**
 * Where something lies in a picture: pixels [start, end), [start, end), ... in raster order, each run within its row. Instances cover little of most pictures, and who goes
 * by runs need not look at the rest.
 */
export type Runs = Int32Array;

/** The runs of labels that are not 0. */
export function labelledRuns(labels: Int32Array, width: number): Runs {
  const runs: number[] = [];
  for (let line = 0; line < labels.length; line += width) {
    let end = -1; // of the latest run in this row
    for (let pixel = line; pixel < line + width; pixel++) {
      if (labels[pixel] === 0) continue;
      if (pixel !== end) runs.push(pixel, pixel);
      end = runs[runs.length - 1] = pixel + 1;
    }
  }
  return Int32Array.from(runs);
}

/** How many pixels they hold. */
export function pixelsOf(runs: Runs): number {
  let pixels = 0;
  for (let i = 0; i < runs.length; i += 2) pixels += runs[i + 1]! - runs[i]!;
  return pixels;
}
