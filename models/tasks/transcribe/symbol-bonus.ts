import type { LogProbs } from './streaming';

export interface PriorWeights {
  priors: number; // the share of a symbol's log prior that is taken off
  blank: number; // what the blank loses, in log probability
}

/**
 * What each symbol's log probability gains in a search with a language model. A recogniser trained with CTC knows how often symbols come, which the language model knows better: so its answer
 * is divided by a power of their priors (Miao, Gowayyed and Metze, 2015, "EESEN", section 3.2). Priors are mean posteriors, over frames of any speech; those of the symbols are relative to
 * all being equally frequent, the blank's is set apart.
 */
export function symbolBonus(answers: Iterable<LogProbs>, symbols: number, blank: number, weights: PriorWeights): number[] {
  const mass = new Float64Array(symbols);
  for (const { data, frames } of answers) for (let i = 0; i < frames * symbols; i++) mass[i % symbols]! += Math.exp(data[i]!);
  const spoken = mass.reduce((sum, value) => sum + value, -mass[blank]!);
  return Array.from(mass, (value, symbol) => -(symbol === blank ? weights.blank : weights.priors * Math.log(Math.max((value / spoken) * (symbols - 1), 1e-3))));
}

/** Log probabilities with the symbols' bonuses, each frame's summing to one again. */
export function withBonus({ data, frames, vocabulary }: LogProbs, bonus: readonly number[]): Float32Array {
  const scores = new Float32Array(frames * vocabulary);
  for (let at = 0; at < scores.length; at += vocabulary) {
    let sum = 0;
    for (let v = 0; v < vocabulary; v++) sum += Math.exp((scores[at + v] = data[at + v]! + bonus[v]!));
    const log = Math.log(sum);
    for (let v = 0; v < vocabulary; v++) scores[at + v]! -= log;
  }
  return scores;
}
