/** Names of the classes in the order of a model's outputs. Where they come from: SOURCE.md. */
import type { ClassifySection, LabelSet } from '../../../cards/card';
import audioset from './audioset.json';
import imagenet1k from './imagenet-1k.json';

const SETS: Record<LabelSet, readonly string[]> = { 'imagenet-1k': imagenet1k, audioset };

export function labelsOf({ labels }: Pick<ClassifySection, 'labels'>): readonly string[] {
  return typeof labels === 'string' ? SETS[labels] : labels;
}
