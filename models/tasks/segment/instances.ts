/** From a network's three maps to numbered instances; the recipe's postprocess.py defines the same, step by step. */
import { ModelError } from '../../errors';
import type { LabelImage } from './raster';
import { PixelList } from './pixel-list';
import { flood } from './watershed';

export interface InstanceParameters {
  foreground: number; // a pixel belongs to an instance where its foreground probability exceeds this
  seed: number; // it may seed one where its distance exceeds this
  boundary: number; // and its boundary probability stays below this
  minArea: number; // smaller instances, in pixels, are dropped
}

const FREE = -1; // foreground that no instance has reached yet
const SEED = -2;

/**
 * Maps [3, height, width]: foreground logit, distance to the outside (1 in the middle of an instance), boundary logit.
 * Seeds are the 8-connected components of certain insides; a watershed spreads them over the foreground; foreground that none reaches is
 * dropped. Instances are numbered in the raster order of their seeds' first pixels.
 */
export function instancesFromMaps(maps: Float32Array, height: number, width: number, parameters: InstanceParameters): LabelImage {
  const builder = new InstanceBuilder(height, width, parameters);
  builder.addRows(0, height, maps, width);
  return builder.finish();
}

/** `instancesFromMaps` for maps that come a few rows at a time; holds eight bytes a pixel, nine with probabilities. */
export class InstanceBuilder {
  #distance: Float32Array;
  readonly #labels: Int32Array;
  readonly #probability: Uint8Array | undefined; // of the foreground, in 1/255

  constructor(
    readonly height: number,
    readonly width: number,
    readonly parameters: InstanceParameters,
    withProbabilities = false,
  ) {
    if (withProbabilities) this.#probability = new Uint8Array(height * width);
    this.#distance = new Float32Array(height * width);
    this.#labels = new Int32Array(height * width);
  }

  /** Rows [first, first + count) as maps [3, count, stride], stride >= width; what lies outside of the image is ignored. */
  addRows(first: number, count: number, maps: Float32Array, stride: number): void {
    const { foreground, seed, boundary } = this.parameters;
    const foregroundLogit = logit(foreground);
    const boundaryLogit = logit(boundary);
    const plane = count * stride;
    const { width } = this;
    const last = Math.min(first + count, this.height);
    const [distances, labels, probability] = [this.#distance, this.#labels, this.#probability];
    for (let y = first; y < last; y++) {
      const end = (y - first) * stride + width;
      for (let source = end - width, target = y * width; source < end; source++, target++) {
        const inside = maps[source]!;
        const distance = maps[plane + source]!;
        const edge = maps[2 * plane + source]!;
        if ((inside + distance + edge) * 0 !== 0) throw notFinite();
        if (inside <= foregroundLogit) continue;
        if (probability) probability[target] = Math.round(255 / (1 + Math.exp(-inside)));
        distances[target] = distance;
        labels[target] = distance > seed && edge < boundaryLogit ? SEED : FREE;
      }
    }
  }

  finish(): LabelImage {
    const { height, width } = this;
    const labels = this.#labels;
    const seeds = numberSeeds(labels, height, width);
    flood(this.#distance, labels, height, width, FREE);
    this.#distance = new Float32Array(0); // what comes now needs the memory
    return { height, width, labels, count: dropSmall(labels, seeds, this.parameters.minArea) };
  }

  /** The mean probability over the pixels of each of the finished instances; element `label - 1`. For builders with probabilities. */
  meanProbabilities({ labels, count }: LabelImage): number[] {
    const sums = new Float64Array(count + 1);
    const areas = new Float64Array(count + 1);
    for (let i = 0; i < labels.length; i++) {
      sums[labels[i]!]! += this.#probability?.[i] ?? NaN;
      areas[labels[i]!]!++;
    }
    return Array.from({ length: count }, (_, i) => sums[i + 1]! / areas[i + 1]! / 255);
  }
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function notFinite(): ModelError {
  return new ModelError('BAD_WEIGHTS', 'finite numbers were expected from the model, others came', 'The weights may be damaged: install the model again.');
}

/** Replaces SEED by the number, from 1, of its 8-connected component; returns how many there are. */
function numberSeeds(labels: Int32Array, height: number, width: number): number {
  const waiting = new PixelList();
  let number = 0;
  for (let first = 0; first < labels.length; first++) {
    if (labels[first] !== SEED) continue;
    labels[first] = ++number;
    waiting.push(first);
    while (waiting.length > 0) {
      const pixel = waiting.pop();
      const x = pixel % width;
      const y = (pixel - x) / width;
      const left = x > 0 ? 1 : 0;
      const right = x < width - 1 ? 1 : 0;
      for (let row = Math.max(y - 1, 0); row <= y + 1 && row < height; row++) {
        const end = row * width + x + right;
        for (let near = row * width + x - left; near <= end; near++) {
          if (labels[near] !== SEED) continue;
          labels[near] = number;
          waiting.push(near);
        }
      }
    }
  }
  return number;
}

/** Numbers those of the instances 1..highest that have at least `minArea` pixels anew, in the old order; the others become 0. Returns how many stay. */
function dropSmall(labels: Int32Array, highest: number, minArea: number): number {
  const areas = new Uint32Array(highest + 1);
  for (let i = 0; i < labels.length; i++) if (labels[i] !== 0) areas[labels[i]!]!++;
  let count = 0;
  const renumbered = areas.map((area, label) => (label > 0 && area >= minArea ? ++count : 0));
  if (count < highest) for (let i = 0; i < labels.length; i++) if (labels[i] !== 0) labels[i] = renumbered[labels[i]!]!;
  return count;
}
