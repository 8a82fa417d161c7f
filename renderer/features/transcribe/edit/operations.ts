/** What can be done to a transcript. An operation that changes nothing gives the same document. */
import { alignWords, share } from './align';
import { clamp, indexOf, SHORTEST, splice, textOf, tokensOf, within, type EditDocument, type EditSegment } from './document';

export function editText(document: EditDocument, id: number, text: string): EditDocument {
  const index = indexOf(document, id);
  const segment = document.segments[index];
  const tokens = tokensOf(text);
  if (segment === undefined || textOf(segment) === tokens.join(' ')) return document;
  const words = within(alignWords(segment.words, tokens, segment.start, segment.end), segment.start, segment.end);
  return splice(document, index, 1, { ...segment, words });
}

/** Moves an edge; it stops at the neighbour and SHORTEST before the other edge. Words that it passes are pushed along. */
export function retime(document: EditDocument, id: number, edge: 'start' | 'end', time: number): EditDocument {
  const index = indexOf(document, id);
  const segment = document.segments[index];
  if (segment === undefined || !Number.isFinite(time)) return document;
  const low = document.segments[index - 1]?.end ?? 0;
  const high = document.segments[index + 1]?.start ?? document.duration;
  const start = edge === 'start' ? clamp(time, low, Math.max(low, segment.end - SHORTEST)) : segment.start;
  const end = edge === 'end' ? clamp(time, Math.min(high, segment.start + SHORTEST), high) : segment.end;
  if (start === segment.start && end === segment.end) return document;
  return splice(document, index, 1, { ...segment, start, end, words: within(segment.words, start, end) });
}

/** Cuts before a word; a segment of one word, or a cut at an end, stays whole. */
export function splitAtWord(document: EditDocument, id: number, word: number): EditDocument {
  const index = indexOf(document, id);
  const segment = document.segments[index];
  if (segment === undefined || word <= 0 || word >= segment.words.length) return document;
  const [first, second] = [segment.words.slice(0, word), segment.words.slice(word)];
  return splice(document, index, 1, { ...segment, end: first.at(-1)!.end, words: first }, { id: document.nextId, start: second[0]!.start, end: segment.end, words: second });
}

/** Cuts at a time: words whose middle lies before it stay in the first half. */
export function splitAtTime(document: EditDocument, id: number, time: number): EditDocument {
  const index = indexOf(document, id);
  const segment = document.segments[index];
  if (segment === undefined || time < segment.start + SHORTEST || time > segment.end - SHORTEST) return document;
  const cut = segment.words.filter((word) => (word.start + word.end) / 2 < time).length;
  const [first, second] = [within(segment.words.slice(0, cut), segment.start, time), within(segment.words.slice(cut), time, segment.end)];
  return splice(document, index, 1, { ...segment, end: time, words: first }, { id: document.nextId, start: time, end: segment.end, words: second });
}

/** Joins a segment with the one behind it. */
export function mergeWithNext(document: EditDocument, id: number): EditDocument {
  const index = indexOf(document, id);
  const [first, second] = document.segments.slice(Math.max(0, index), index + 2);
  if (index < 0 || first === undefined || second === undefined) return document;
  return splice(document, index, 2, { ...first, end: second.end, words: [...first.words, ...second.words] });
}

export function remove(document: EditDocument, ids: Iterable<number>): EditDocument {
  const gone = new Set(ids);
  const segments = document.segments.filter(({ id }) => !gone.has(id));
  return segments.length === document.segments.length ? document : { ...document, segments };
}

/** A new segment in the pause at `start`, or behind the segment there, as long as there is room and no longer than asked. null: no room. */
export function insert(document: EditDocument, start: number, end: number, text = ''): { document: EditDocument; id: number } | null {
  const index = document.segments.findIndex((segment) => segment.start > start);
  const at = index < 0 ? document.segments.length : index;
  const from = Math.max(start, document.segments[at - 1]?.end ?? 0);
  const until = Math.min(end, document.segments[at]?.start ?? document.duration);
  if (!(until - from >= SHORTEST)) return null;
  const segment: EditSegment = { id: document.nextId, start: from, end: until, words: share(tokensOf(text), from, until) };
  return { document: splice(document, at, 0, segment), id: segment.id };
}

/** New texts of several segments in one step. */
export function editTexts(document: EditDocument, texts: readonly { id: number; text: string }[]): EditDocument {
  return texts.reduce((before, { id, text }) => editText(before, id, text), document);
}
