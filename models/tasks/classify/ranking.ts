import type { ClassifySection } from '../../cards/card';

export interface RankedClass {
  index: number; // of the output
  label: string;
  score: number; // 0 to 1
}

/** Outputs of a model -> scores from 0 to 1: of one class out of all (they sum to 1), or of each class by itself. */
export function scoresOf(logits: Float32Array, kind: ClassifySection['scores']): Float32Array {
  if (kind === 'sigmoid') return logits.map((x) => 1 / (1 + Math.exp(-x)));
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = Float64Array.from(logits, (x) => Math.exp(x - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return Float32Array.from(powers, (power) => power / sum);
}

/** The `top` classes with the highest scores, the highest first, of equal ones the first. */
export function rank(scores: Float32Array, labels: readonly string[], top: number): RankedClass[] {
  const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);
  return order.slice(0, top).map((index) => ({ index, label: labels[index]!, score: scores[index]! }));
}
