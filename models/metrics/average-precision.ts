/** Average precision of instances, AP = TP / (TP + FP + FN) at an IoU threshold, as the 2018 Data Science Bowl counts it. */
import { ModelError } from '../errors';

export const IOU_THRESHOLDS: readonly number[] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];

export interface MatchCounts {
  threshold: number;
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

/**
 * Counts the pairs with IoU above each threshold between two label maps of one image (0 is outside, the other numbers are names). From 0.5 on an
 * instance has at most one such partner, so counting pairs is matching them.
 */
export function matchInstances(predicted: ArrayLike<number>, truth: ArrayLike<number>, thresholds = IOU_THRESHOLDS): MatchCounts[] {
  if (predicted.length !== truth.length) {
    throw new ModelError('BAD_INPUT', `label maps of one size were expected, ${predicted.length} and ${truth.length} pixels came`);
  }
  if (thresholds.some((threshold) => threshold < 0.5)) throw new ModelError('BAD_INPUT', 'IoU thresholds from 0.5 were expected');
  const predictedAreas = new Map<number, number>();
  const truthAreas = new Map<number, number>();
  const overlaps = new Map<number, Map<number, number>>(); // predicted -> truth -> shared pixels
  for (let i = 0; i < predicted.length; i++) {
    const p = predicted[i]!;
    const t = truth[i]!;
    if (p !== 0) increment(predictedAreas, p);
    if (t !== 0) increment(truthAreas, t);
    if (p === 0 || t === 0) continue;
    if (!overlaps.has(p)) overlaps.set(p, new Map());
    increment(overlaps.get(p)!, t);
  }
  const ious = [...overlaps].flatMap(([p, partners]) =>
    [...partners].map(([t, shared]) => shared / (predictedAreas.get(p)! + truthAreas.get(t)! - shared)),
  );
  return thresholds.map((threshold) => {
    const truePositives = ious.filter((iou) => iou > threshold).length;
    return {
      threshold,
      truePositives,
      falsePositives: predictedAreas.size - truePositives,
      falseNegatives: truthAreas.size - truePositives,
    };
  });
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** An empty image that is found empty scores 1. */
export function averagePrecision({ truePositives, falsePositives, falseNegatives }: Omit<MatchCounts, 'threshold'>): number {
  const total = truePositives + falsePositives + falseNegatives;
  return total === 0 ? 1 : truePositives / total;
}

export interface ThresholdScore extends MatchCounts {
  mean: number; // of the images' average precisions
  pooled: number; // average precision of all images' instances together
}

/** `images[i]` are the counts of image i, all at the same thresholds; at least one image. */
export function scoreImages(images: readonly MatchCounts[][]): ThresholdScore[] {
  return images[0]!.map(({ threshold }, level) => {
    const counts = images.map((image) => image[level]!);
    const sum = (key: 'truePositives' | 'falsePositives' | 'falseNegatives') => counts.reduce((total, image) => total + image[key], 0);
    const pooled = { truePositives: sum('truePositives'), falsePositives: sum('falsePositives'), falseNegatives: sum('falseNegatives') };
    const mean = counts.reduce((total, image) => total + averagePrecision(image), 0) / counts.length;
    return { threshold, ...pooled, mean, pooled: averagePrecision(pooled) };
  });
}
