/** Search and replace over all segments. */
import { textOf, type EditDocument } from './document';
import { editText } from './operations';

export interface Query {
  text: string;
  matchCase: boolean;
  wholeWord: boolean;
  regex: boolean;
}

export interface Hit {
  id: number; // of the segment
  from: number; // characters in its text
  to: number;
}

export const NO_QUERY: Query = { text: '', matchCase: false, wholeWord: false, regex: false };
const MOST = 10_000; // hits
const PATIENCE = 1000; // ms: a pattern that backtracks without end stops between segments

/** null: nothing is asked for. A broken pattern says why. */
export function compile({ text, matchCase, wholeWord, regex }: Query): { pattern: RegExp } | { error: string } | null {
  if (text === '') return null;
  const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const bounded = wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source;
  try {
    return { pattern: new RegExp(bounded, matchCase ? 'gu' : 'giu') };
  } catch (error) {
    return { error: error instanceof Error ? error.message.replace(/^.*: /, '') : String(error) };
  }
}

/** Every match that is not empty, in order. */
export function findAll({ segments }: EditDocument, pattern: RegExp): Hit[] {
  const hits: Hit[] = [];
  const until = Date.now() + PATIENCE;
  for (const segment of segments) {
    if (hits.length >= MOST || Date.now() > until) break;
    for (const match of textOf(segment).matchAll(pattern)) {
      if (match[0] !== '') hits.push({ id: segment.id, from: match.index, to: match.index + match[0].length });
    }
  }
  return hits;
}

/** One hit; `replacement` may name groups ($1, $&) where the query is a pattern. */
export function replaceOne(document: EditDocument, hit: Hit, pattern: RegExp, replacement: string, literal: boolean): EditDocument {
  const segment = document.segments.find(({ id }) => id === hit.id);
  if (segment === undefined) return document;
  const text = textOf(segment);
  const changed = text.replace(pattern, (...found: unknown[]) => {
    const at = found.find((part) => typeof part === 'number');
    return at === hit.from ? expand(found, replacement, literal) : String(found[0]);
  });
  return editText(document, hit.id, changed);
}

export function replaceAll(document: EditDocument, pattern: RegExp, replacement: string, literal: boolean): EditDocument {
  return document.segments.reduce((before, segment) => {
    const changed = textOf(segment).replace(pattern, (...found: unknown[]) => (found[0] === '' ? '' : expand(found, replacement, literal)));
    return editText(before, segment.id, changed);
  }, document);
}

/** $1 to $99, $& and $$; a group that took no part is empty. */
function expand(found: readonly unknown[], replacement: string, literal: boolean): string {
  if (literal) return replacement;
  const groups = found.findIndex((part) => typeof part === 'number');
  return replacement.replace(/\$(\$|&|\d{1,2})/g, (whole, name: string) => {
    if (name === '$') return '$';
    if (name === '&') return String(found[0]);
    const group = Number(name);
    return group > 0 && group < groups ? String(found[group] ?? '') : whole;
  });
}
