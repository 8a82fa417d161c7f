import { readFile } from 'node:fs/promises';
import { bootstrapInterval } from '../../models/metrics/bootstrap';
import { characterErrors, errorRate, wordErrors, type ErrorCounts, type ErrorRate } from '../../models/metrics/wer';
import type { Estimate } from './estimate';
import type { SpeechItem } from './speech-data';

/** What one utterance contributes. */
export interface UtteranceCounts {
  set: string;
  words: ErrorCounts;
  characters: ErrorCounts;
}

/** `value` is the error rate; the counts are those of all utterances. */
export type RateEstimate = Estimate & Omit<ErrorRate, 'rate'>;

export interface SpeechScore {
  set: string;
  utterances: number;
  wer: RateEstimate;
  cer: RateEstimate;
}

/** `file`: the text that was recognised; without one, nothing was. */
export async function countUtterance(item: SpeechItem, file: string | undefined): Promise<UtteranceCounts> {
  const text = file === undefined ? '' : await readFile(file, 'utf8');
  return { set: item.set, words: wordErrors(item.text, text), characters: characterErrors(item.text, text) };
}

/** The intervals are bootstrapped over utterances. */
export function scoreSpeechSet(set: string, utterances: readonly UtteranceCounts[]): SpeechScore {
  return { set, utterances: utterances.length, wer: rateOf(utterances.map(({ words }) => words)), cer: rateOf(utterances.map(({ characters }) => characters)) };
}

function rateOf(counts: readonly ErrorCounts[]): RateEstimate {
  const { rate, ...total } = errorRate(counts);
  const interval = bootstrapInterval(counts.length, (indices) => errorRate(Array.from(indices, (i) => counts[i]!)).rate);
  return { value: rate, ...interval, ...total };
}
