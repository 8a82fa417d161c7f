import { LINES, LINE_WIDTH, wrapLines } from './lines';
import type { Word } from './words';

export interface Segment {
  start: number; // seconds
  end: number;
  text: string; // sentence case
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

/** Cuts at pauses, then halves what is too long or does not fit two lines at the pause nearest to the middle. */
export function segmentWords(words: readonly Word[]): Segment[] {
  const groups: Word[][] = [];
  for (const [i, word] of words.entries()) {
    if (i > 0 && word.start - words[i - 1]!.end < PAUSE) groups.at(-1)!.push(word);
    else groups.push([word]);
  }
  return groups.flatMap(split).map((group) => ({ start: group[0]!.start, end: group.at(-1)!.end, text: sentenceCase(group), words: group }));
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

/** Lower case but for the segment's first letter and the word I with its short forms. */
function sentenceCase(words: readonly Word[]): string {
  const text = words.map((word) => word.text.toLowerCase().replace(/^i(?=$|')/, 'I')).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
