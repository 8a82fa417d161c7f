import type { ClassMap } from './class-map';

/** Where class 0 is what is not looked for: its pixels belong to no class, and the others move down by one. */
export function withoutBackground({ labels, count, probabilities, ...size }: ClassMap): ClassMap {
  return { ...size, labels: labels.map((label) => Math.max(0, label - 1)), count: count - 1, probabilities: probabilities.slice(1) };
}
