/** From a network's three maps to numbered instances; the recipe's postprocess.py defines the same, step by step. */
import { ModelError } from '../../errors';
import type { LabelImage } from './raster';
import type { Runs } from './runs';
import { mergeBasins } from './watershed';
import { Workspace } from './workspace';

export interface InstanceParameters {
  foreground: number; // a pixel belongs to an instance where its foreground probability exceeds this
  seed: number; // an instance rises above this
  depth: number; // and by this above the pass to a higher one
  rim: number; // by how much a certain boundary lowers a pixel
  minArea: number; // smaller instances, in pixels, are dropped
  sure: number; // and those whose mean foreground probability, in steps of 1/255, is below this
}

const STEPS = 32_768; // of a height of 1
const TOP = 65_535; // the highest step

/**
 * Maps [3, height, width]: foreground logit, distance to the outside (1 in the middle of an instance), boundary logit.
 * The foreground is cut by a watershed of the distance, lowered where a boundary is; hills of little height of their own are joined with higher ones.
 * Instances are numbered in the raster order of their first pixels.
 */
export function instancesFromMaps(maps: Float32Array, height: number, width: number, parameters: InstanceParameters): LabelImage {
  const builder = new InstanceBuilder(height, width, parameters);
  builder.addRows(0, height, maps, width);
  return builder.finish();
}

/** `instancesFromMaps` for maps that come a few rows at a time; holds seven bytes a pixel of the workspace, in which the labels that it gives lie, too, and at the end four more for each of the foreground. */
export class InstanceBuilder {
  readonly #heights: Uint16Array; // of the foreground, in steps
  readonly #labels: Int32Array;
  readonly #probability: Uint8Array; // of the foreground, in 1/255
  readonly #foreground: number[] = []; // its runs
  #runs: Runs = new Int32Array(0); // the same, at the end

  constructor(
    readonly height: number,
    readonly width: number,
    readonly parameters: InstanceParameters,
    workspace = new Workspace(),
  ) {
    this.#probability = workspace.take(Uint8Array, height * width);
    this.#heights = workspace.take(Uint16Array, height * width);
    this.#labels = workspace.take(Int32Array, height * width).fill(0);
  }

  /** The next rows, [first, first + count), as maps [3, count, stride], stride >= width, one `plane` behind the other; what lies outside of the image is ignored. */
  addRows(first: number, count: number, maps: Float32Array, stride: number, plane = count * stride): void {
    const { foreground, rim } = this.parameters;
    const foregroundLogit = Math.log(foreground / (1 - foreground));
    const { width } = this;
    const last = Math.min(first + count, this.height);
    const [heights, probability, runs] = [this.#heights, this.#probability, this.#foreground];
    for (let y = first; y < last; y++) {
      const start = (y - first) * stride;
      const shift = y * width - start;
      let end = -1; // of the latest run in this row
      for (let source = start; source < start + width; source++) {
        const inside = maps[source]!;
        const distance = maps[plane + source]!;
        const edge = maps[2 * plane + source]!;
        if ((inside + distance + edge) * 0 !== 0) throw notFinite();
        if (inside <= foregroundLogit) continue;
        const target = source + shift;
        probability[target] = Math.round(255 / (1 + Math.exp(-inside)));
        heights[target] = Math.min(Math.max(Math.floor((distance - rim / (1 + Math.exp(-edge))) * STEPS), 0), TOP);
        if (target !== end) runs.push(target, target);
        end = runs[runs.length - 1] = target + 1;
      }
    }
  }

  finish(): LabelImage {
    const { height, width } = this;
    const { seed, depth, minArea, sure } = this.parameters;
    const labels = this.#labels;
    const runs = (this.#runs = Int32Array.from(this.#foreground));
    mergeBasins(this.#heights, labels, runs, width, seed * STEPS, depth * STEPS);
    const { areas, sums } = this.#measure(numberHills(labels, runs, this.#heights, seed * STEPS));
    const keeps = Uint8Array.from(areas, (area, label) => (label > 0 && area >= minArea && sums[label]! >= 255 * sure * area ? 1 : 0));
    return { height, width, labels, count: dropOthers(labels, runs, keeps), runs };
  }

  /** The mean probability over the pixels of each of the finished instances; element `label - 1`. */
  meanProbabilities({ count }: LabelImage): number[] {
    const { areas, sums } = this.#measure(count);
    return Array.from({ length: count }, (_, i) => sums[i + 1]! / areas[i + 1]! / 255);
  }

  /** Of each of the labels 0..count: its pixels in the foreground, and the sum of their probabilities, in 1/255. */
  #measure(count: number): { areas: Float64Array; sums: Float64Array } {
    const [areas, sums] = [new Float64Array(count + 1), new Float64Array(count + 1)];
    const [labels, probability, runs] = [this.#labels, this.#probability, this.#runs];
    for (let i = 0; i < runs.length; i += 2) {
      for (let pixel = runs[i]!; pixel < runs[i + 1]!; pixel++) {
        areas[labels[pixel]!]!++;
        sums[labels[pixel]!]! += probability[pixel]!;
      }
    }
    return { areas, sums };
  }
}

function notFinite(): ModelError {
  return new ModelError('BAD_WEIGHTS', 'finite numbers were expected from the model, others came', 'The weights may be damaged: install the model again.');
}

/** Labels in the runs hold 1 + the pixel of each one's peak; they become 1, 2, ... in the order of the hills' first pixels, 0 where the peak is no higher than `seed`. Returns how many there are. */
function numberHills(labels: Int32Array, runs: Runs, heights: Uint16Array, seed: number): number {
  const numbers = new Map<number, number>(); // of each label
  let count = 0;
  for (let i = 0; i < runs.length; i += 2) {
    let [hill, number] = [0, 0];
    for (let pixel = runs[i]!; pixel < runs[i + 1]!; pixel++) {
      if (labels[pixel] !== hill) {
        hill = labels[pixel]!;
        number = numbers.get(hill) ?? (heights[hill - 1]! <= seed ? 0 : ++count);
        numbers.set(hill, number);
      }
      labels[pixel] = number;
    }
  }
  return count;
}

/** Of the instances 1..highest those that `keeps` has a 1 for are numbered anew, in the old order; the others become 0. Returns how many stay. */
function dropOthers(labels: Int32Array, runs: Runs, keeps: Uint8Array): number {
  let count = 0;
  const numbers = Int32Array.from(keeps, (kept) => (kept ? ++count : 0));
  if (count === keeps.length - 1) return count;
  for (let i = 0; i < runs.length; i += 2) for (let pixel = runs[i]!; pixel < runs[i + 1]!; pixel++) labels[pixel] = numbers[labels[pixel]!]!;
  return count;
}
