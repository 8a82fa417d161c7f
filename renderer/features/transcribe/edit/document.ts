/**
 * The transcript as it is edited. Words carry the text as it is read, so that the text of a segment is its words with spaces between.
 * Always true: segments and words are in order and do not overlap, words lie within their segment, everything within [0, duration].
 * Documents are never changed: an operation gives a new one that shares what stayed the same.
 */
import type { Segment, Transcript } from '../../../../models/tasks/transcribe/segments';
import type { Word } from '../../../../models/tasks/transcribe/words';
import { alignWords } from './align';

export interface EditSegment {
  id: number; // stays with the segment through edits
  start: number; // seconds
  end: number;
  words: readonly Word[];
}

export interface EditDocument {
  duration: number; // seconds
  segments: readonly EditSegment[];
  nextId: number;
}

export const SHORTEST = 0.1; // seconds of a segment

export const textOf = ({ words }: Pick<EditSegment, 'words'>): string => words.map(({ text }) => text).join(' ');

export const tokensOf = (text: string): string[] => text.split(/\s+/).filter((token) => token !== '');

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

/** Of a model's answer or of a saved file; times out of order are put in order. */
export function fromTranscript({ segments, duration }: Pick<Transcript, 'segments' | 'duration'>): EditDocument {
  let at = 0;
  const length = Math.max(duration, 0);
  const ordered = segments.map((segment, i): EditSegment => {
    const start = clamp(segment.start, at, length);
    const end = clamp(segment.end, start, length);
    at = end;
    return { id: i + 1, start, end, words: within(readWords(segment), start, end) };
  });
  return { duration: length, segments: ordered, nextId: segments.length + 1 };
}

export function toTranscript({ segments, duration }: EditDocument): Transcript {
  return { language: 'en', duration, segments: segments.map((segment) => ({ start: segment.start, end: segment.end, text: textOf(segment), words: [...segment.words] })) };
}

/** The model's words come in capitals, the text of the segment in sentence case. */
function readWords({ text, words, start, end }: Segment): readonly Word[] {
  const tokens = tokensOf(text);
  if (tokens.length === words.length) return words.map((word, i) => ({ ...word, text: tokens[i]! }));
  return alignWords(words, tokens, start, end);
}

/** Words moved into a span, in order. */
export function within(words: readonly Word[], start: number, end: number): readonly Word[] {
  let at = start;
  const fits = words.every((word) => {
    const ok = word.start >= at && word.end >= word.start && word.end <= end;
    at = word.end;
    return ok;
  });
  if (fits) return words;
  at = start;
  return words.map((word) => {
    const from = clamp(word.start, at, end);
    at = clamp(word.end, from, end);
    return { ...word, start: from, end: at };
  });
}

export function indexOf({ segments }: EditDocument, id: number): number {
  return segments.findIndex((segment) => segment.id === id);
}

/** The document with `count` segments from `index` on replaced. */
export function splice(document: EditDocument, index: number, count: number, ...segments: EditSegment[]): EditDocument {
  const all = [...document.segments.slice(0, index), ...segments, ...document.segments.slice(index + count)];
  return { ...document, segments: all, nextId: segments.reduce((next, { id }) => Math.max(next, id + 1), document.nextId) };
}
