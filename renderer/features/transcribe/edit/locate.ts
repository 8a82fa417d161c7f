import { textOf, type EditDocument, type EditSegment } from './document';

/** Index of the last item that starts at or before a time; -1 before the first. Binary search. */
export function lastStarted(items: readonly { start: number }[], time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.start <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export interface Place {
  segment: number; // id; 0: in no segment
  word: number; // index; -1: in no word
}

export const NOWHERE: Place = { segment: 0, word: -1 };

/** The segment and the word that are heard at a time. */
export function placeAt({ segments }: EditDocument, time: number): Place {
  const segment = segments[lastStarted(segments, time)];
  if (segment === undefined || time >= segment.end) return NOWHERE;
  const word = lastStarted(segment.words, time);
  return { segment: segment.id, word: word >= 0 && time < segment.words[word]!.end ? word : -1 };
}

/** The character of a segment's text before the word that is heard at a time; Infinity where none of its words is. */
export function characterAt(document: EditDocument, segment: number, time: number): number {
  const place = placeAt(document, time);
  if (place.segment !== segment || place.word < 0) return Infinity;
  const { words } = document.segments.find(({ id }) => id === segment)!;
  return place.word === 0 ? 0 : textOf({ words: words.slice(0, place.word) }).length + 1;
}

/** The word under a character of the segment's text; the one behind it for a space. */
export function wordAt({ words }: Pick<EditSegment, 'words'>, character: number): number {
  let at = 0;
  for (const [i, { text }] of words.entries()) {
    if (character <= at) return i;
    at += text.length + 1;
    if (character < at - 1) return character - (at - 1 - text.length) >= text.length / 2 ? i + 1 : i;
  }
  return words.length;
}

/** A time moved to the nearest of some, if one is near enough. */
export function snap(time: number, to: Iterable<number>, reach: number): number {
  let best = time;
  let distance = reach;
  for (const other of to) {
    if (Math.abs(other - time) < distance) [best, distance] = [other, Math.abs(other - time)];
  }
  return best;
}
