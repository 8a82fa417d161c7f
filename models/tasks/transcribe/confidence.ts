/** How sure a word is: logistic regression on what the search knows of it (Platt, 1999), fitted on speech that was not trained on. */

export interface WordEvidence {
  share: number; // of the beams' probability that the word has among its alternatives, 0 to 1
  letters: number; // mean log posterior of its letters
  worst: number; // log posterior of its unsurest letter
  known: boolean; // whether the language model knows it
  length: number; // letters
}

/** In the order of `features`. */
export type ConfidenceWeights = readonly number[];

const NEAREST = 1e-4; // to certain that a share can come

/** A constant, the share as log odds, the posteriors, whether unknown, and the length. */
export function features({ share, letters, worst, known, length }: WordEvidence): number[] {
  const held = Math.min(1 - NEAREST, Math.max(NEAREST, share));
  return [1, Math.log(held / (1 - held)), letters, worst, known ? 0 : 1, Math.log(length)];
}

export const FEATURES = 6;

/** Without weights the geometric mean of the symbols' posteriors. */
export function wordConfidence(evidence: WordEvidence, weights: ConfidenceWeights | undefined): number {
  if (!weights) return Math.exp(evidence.letters);
  return 1 / (1 + Math.exp(-features(evidence).reduce((sum, feature, i) => sum + feature * weights[i]!, 0)));
}
