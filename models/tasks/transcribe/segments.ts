import { LINES, LINE_WIDTH, wrapLines } from './lines';
import type { Word } from './words';

export interface Segment {
  start: number; // seconds
  end: number;
  text: string; // its words with spaces between
  words: Word[];
}

export interface Transcript {
  language: 'en';
  duration: number; // seconds of the recording
  segments: Segment[];
}

export const PAUSE = 0.6; // seconds: a silence at least this long ends a segment
const LONGEST = 7; // seconds that a subtitle may stand
const BALANCE = 0.5; // seconds of pause that cutting in the middle is worth against cutting at an end

/**
 * Cuts at pauses, then halves what is too long or does not fit two lines at the pause nearest to the middle. What lies between two pauses is written as a sentence,
 * with a capital and a full stop; the last one is still open where `ended` is false. Nothing else is punctuated, since nothing else is known.
 */
export function segmentWords(words: readonly Word[], ended = true): Segment[] {
  const groups: Word[][] = [];
  for (const [i, word] of words.entries()) {
    if (i > 0 && word.start - words[i - 1]!.end < PAUSE) groups.at(-1)!.push(word);
    else groups.push([word]);
  }
  return groups.flatMap((group, i) => split(sentence(group, ended || i + 1 < groups.length)).map(segment));
}

function segment(words: Word[]): Segment {
  return { start: words[0]!.start, end: words.at(-1)!.end, text: words.map(({ text }) => text).join(' '), words };
}

function sentence(words: readonly Word[], ended: boolean): Word[] {
  return words.map((word, i) => {
    const capital = i === 0 ? word.text.charAt(0).toUpperCase() + word.text.slice(1) : word.text;
    return { ...word, text: ended && i + 1 === words.length ? `${capital}.` : capital };
  });
}

function split(words: Word[]): Word[][] {
  const seconds = words.at(-1)!.end - words[0]!.start;
  const fits = seconds <= LONGEST && wrapLines(words.map(({ text }) => text).join(' '), LINE_WIDTH).length <= LINES;
  if (fits || words.length === 1) return [words];
  let cut = 1;
  let best = -Infinity;
  for (let i = 1; i < words.length; i++) {
    const pause = words[i]!.start - words[i - 1]!.end;
    const worth = pause - BALANCE * Math.abs((2 * i) / words.length - 1);
    if (worth > best) [cut, best] = [i, worth];
  }
  return [...split(words.slice(0, cut)), ...split(words.slice(cut))];
}
