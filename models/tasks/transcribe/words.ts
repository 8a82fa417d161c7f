import type { CtcToken } from './ctc';

export interface Word {
  text: string; // as the model writes it, in capitals
  start: number; // seconds
  end: number;
  confidence: number; // geometric mean of the characters' posteriors, 0 to 1
}

export interface WordOptions {
  vocabulary: readonly string[]; // symbol -> character; a space ends a word
  frameSeconds: number;
  emissionDelaySeconds: number; // by which the model tends to say a character late
  duration: number; // seconds: no word ends behind it
}

/** Characters between spaces become words, from the first character's start to the last one's end, the model's delay taken off. */
export function wordsFromTokens(tokens: readonly CtcToken[], options: WordOptions): Word[] {
  const words: Word[] = [];
  let letters: CtcToken[] = [];
  const close = () => {
    if (letters.length > 0) words.push(toWord(letters, options));
    letters = [];
  };
  for (const token of tokens) {
    if (options.vocabulary[token.symbol] === ' ') close();
    else letters.push(token);
  }
  close();
  return words;
}

/** When a frame was spoken, in seconds. */
export function frameTime(frame: number, { frameSeconds, emissionDelaySeconds, duration }: Omit<WordOptions, 'vocabulary'>): number {
  return Math.min(duration, Math.max(0, frame * frameSeconds - emissionDelaySeconds));
}

function toWord(letters: readonly CtcToken[], options: WordOptions): Word {
  const { vocabulary } = options;
  const seconds = (frame: number) => frameTime(frame, options);
  return {
    text: letters.map(({ symbol }) => vocabulary[symbol]).join(''),
    start: seconds(letters[0]!.start),
    end: seconds(letters.at(-1)!.end),
    confidence: Math.exp(letters.reduce((sum, { confidence }) => sum + Math.log(confidence), 0) / letters.length),
  };
}
