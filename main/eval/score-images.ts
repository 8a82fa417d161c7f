import { matchInstances, scoreImages, averagePrecision, type MatchCounts, type ThresholdScore } from '../../models/metrics/average-precision';
import { bootstrapInterval } from '../../models/metrics/bootstrap';
import { ClassConfusion } from '../../models/metrics/mean-iou';
import type { Estimate } from './estimate';
import type { ImageItem } from './image-data';
import { readLabelFile } from './label-file';
import { connectedRegions } from './regions';
import { sameSize } from './same-size';

/** What one image contributes. */
export interface ImageCounts {
  set: string;
  matches: MatchCounts[]; // one a threshold
  confusion: ClassConfusion; // of background and object
}

export interface ImageScore {
  set: string;
  images: number;
  instances: number;
  ap: ThresholdScore[];
  ap50: Estimate; // mean over the images
  ap50Pooled: Estimate; // all instances together
  meanAp: Estimate; // over the thresholds 0.5 to 0.9
  meanIou: Estimate; // of background and object, all pixels together
}

/** `file`: the label PNG of the prediction; without one, nothing was found. */
export async function countImage(item: ImageItem, file: string | undefined): Promise<ImageCounts> {
  const mask = await readLabelFile(item.truth.path);
  const truth = item.truth.kind === 'labels' ? mask : connectedRegions(mask);
  const found = file === undefined ? { ...truth, labels: new Uint32Array(truth.labels.length) } : await readLabelFile(file);
  sameSize(item.truth.path, truth, found);
  const confusion = new ClassConfusion(2);
  confusion.add(found.labels.map(objectOrNot), truth.labels.map(objectOrNot));
  return { set: item.set, matches: matchInstances(found.labels, truth.labels), confusion };
}

const objectOrNot = (label: number) => (label === 0 ? 0 : 1);

/** At least one image. The intervals are bootstrapped over images. */
export function scoreImageSet(set: string, images: readonly ImageCounts[]): ImageScore {
  const estimate = (statistic: (chosen: readonly ImageCounts[]) => number): Estimate => ({
    value: statistic(images),
    ...bootstrapInterval(images.length, (indices) => statistic(Array.from(indices, (i) => images[i]!))),
  });
  const ap = scoreImages(images.map((image) => image.matches));
  return {
    set,
    images: images.length,
    instances: ap[0]!.truePositives + ap[0]!.falseNegatives,
    ap,
    ap50: estimate((chosen) => mean(chosen.map(({ matches }) => averagePrecision(matches[0]!)))),
    ap50Pooled: estimate((chosen) => scoreImages(chosen.map(({ matches }) => [matches[0]!]))[0]!.pooled),
    meanAp: estimate((chosen) => mean(chosen.map(({ matches }) => mean(matches.map(averagePrecision))))),
    meanIou: estimate(meanIou),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanIou(images: readonly ImageCounts[]): number {
  const total = new ClassConfusion(2);
  for (const { confusion } of images) confusion.counts.forEach((count, cell) => (total.counts[cell]! += count));
  return total.meanIou();
}
