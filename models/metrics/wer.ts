/** Word and character error rates: Levenshtein distance, summed over all utterances before dividing (micro-average). */

export interface ErrorCounts {
  substitutions: number;
  deletions: number;
  insertions: number;
  reference: number; // words or characters of the reference
}

export interface ErrorRate extends ErrorCounts {
  rate: number; // errors / reference; 0 when both texts are empty, Infinity for insertions into nothing
}

/** Upper case; letters, digits and apostrophes stay, everything else parts words. */
export function normalizeText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll('\u2019', "'")
    .toUpperCase()
    .replace(/[^\p{L}\p{M}\p{N}']+/gu, ' ')
    .trim();
}

export function normalizedWords(text: string): string[] {
  return normalizeText(text).split(' ').filter(Boolean);
}

export function wordErrors(reference: string, hypothesis: string): ErrorCounts {
  return alignmentErrors(normalizedWords(reference), normalizedWords(hypothesis));
}

/** Spaces between words count as characters. */
export function characterErrors(reference: string, hypothesis: string): ErrorCounts {
  return alignmentErrors([...normalizeText(reference)], [...normalizeText(hypothesis)]);
}

export function errorRate(counts: readonly ErrorCounts[]): ErrorRate {
  const sum = (key: keyof ErrorCounts) => counts.reduce((total, one) => total + one[key], 0);
  const total = { substitutions: sum('substitutions'), deletions: sum('deletions'), insertions: sum('insertions'), reference: sum('reference') };
  const errors = total.substitutions + total.deletions + total.insertions;
  return { ...total, rate: errors === 0 ? 0 : errors / total.reference };
}

/** Counts along one shortest edit path; among equal ones a substitution is preferred, then a deletion. O(n m) time, O(m) memory. */
export function alignmentErrors<T>(reference: readonly T[], hypothesis: readonly T[]): ErrorCounts {
  type Path = [cost: number, substitutions: number, deletions: number, insertions: number];
  let row = Array.from({ length: hypothesis.length + 1 }, (_, j): Path => [j, 0, 0, j]);
  for (const [i, expected] of reference.entries()) {
    const next: Path[] = [[i + 1, 0, i + 1, 0]];
    for (const [j, got] of hypothesis.entries()) {
      const [diagonal, above, left] = [row[j]!, row[j + 1]!, next[j]!];
      const wrong = expected === got ? 0 : 1;
      const least = Math.min(diagonal[0] + wrong, above[0] + 1, left[0] + 1);
      if (diagonal[0] + wrong === least) next.push([least, diagonal[1] + wrong, diagonal[2], diagonal[3]]);
      else if (above[0] + 1 === least) next.push([least, above[1], above[2] + 1, above[3]]);
      else next.push([least, left[1], left[2], left[3] + 1]);
    }
    row = next;
  }
  const [, substitutions, deletions, insertions] = row.at(-1)!;
  return { substitutions, deletions, insertions, reference: reference.length };
}

/** Of each element of the hypothesis, whether it stands for an equal one of the reference, along one shortest edit path. O(n m) time and memory. */
export function matches<T>(reference: readonly T[], hypothesis: readonly T[]): boolean[] {
  const width = hypothesis.length + 1;
  const cost = new Uint32Array((reference.length + 1) * width);
  for (let i = 0; i <= reference.length; i++) {
    for (let j = 0; j < width; j++) {
      if (i === 0 || j === 0) cost[i * width + j] = i + j;
      else cost[i * width + j] = Math.min(cost[(i - 1) * width + j - 1]! + (reference[i - 1] === hypothesis[j - 1] ? 0 : 1), cost[(i - 1) * width + j]! + 1, cost[i * width + j - 1]! + 1);
    }
  }
  const found = new Array<boolean>(hypothesis.length).fill(false);
  for (let i = reference.length, j = hypothesis.length; i > 0 && j > 0; ) {
    const equal = reference[i - 1] === hypothesis[j - 1];
    if (cost[i * width + j] === cost[(i - 1) * width + j - 1]! + (equal ? 0 : 1)) {
      found[--j] = equal;
      i--;
    } else if (cost[i * width + j] === cost[(i - 1) * width + j]! + 1) i--;
    else j--;
  }
  return found;
}
