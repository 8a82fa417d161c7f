/** Search and replace over the texts of all segments. A pattern of the user's may backtrack for ages: the window runs these in search/search-worker.ts. */
import { tokensOf } from './document';

export interface Query {
  text: string;
  matchCase: boolean;
  wholeWord: boolean;
  regex: boolean;
}

/** The text of one segment. */
export interface Passage {
  id: number;
  text: string;
}

export interface Hit {
  id: number; // of the segment
  from: number; // characters in its text
  to: number;
}

export const NO_QUERY: Query = { text: '', matchCase: false, wholeWord: false, regex: false };
const MOST = 10_000; // hits

/** null: nothing is asked for. A broken pattern says why. */
export function compile({ text, matchCase, wholeWord, regex }: Query): { pattern: RegExp } | { error: string } | null {
  if (text === '') return null;
  const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const flags = matchCase ? 'gu' : 'giu';
  try {
    const pattern = new RegExp(source, flags); // by itself: brackets that only fit together with those around it are broken
    return { pattern: wholeWord ? new RegExp(`(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`, flags) : pattern };
  } catch (error) {
    return { error: error instanceof Error ? error.message.replace(/^.*: /, '') : String(error) };
  }
}

/** Every match that is not empty, in order. */
export function findAll(passages: readonly Passage[], pattern: RegExp): Hit[] {
  const hits: Hit[] = [];
  for (const { id, text } of passages) {
    if (hits.length >= MOST) break;
    for (const match of text.matchAll(pattern)) {
      if (match[0] !== '') hits.push({ id, from: match.index, to: match.index + match[0].length });
    }
  }
  return hits;
}

export interface Replacement {
  by: string; // may name groups ($1, $&) where the query is a pattern
  literal: boolean;
  only?: Hit; // that one alone
}

export interface Replaced {
  changed: Passage[]; // the new texts
  count: number; // matches
  end: { id: number; from: number } | null; // behind the last replacement
}

export function replaceIn(passages: readonly Passage[], pattern: RegExp, { by, literal, only }: Replacement): Replaced {
  const result: Replaced = { changed: [], count: 0, end: null };
  for (const { id, text } of only === undefined ? passages : passages.filter((passage) => passage.id === only.id)) {
    let growth = 0;
    const replaced = text.replace(pattern, (...found: unknown[]) => {
      const match = String(found[0]);
      const at = found.find((part) => typeof part === 'number') as number;
      if (match === '' || (only !== undefined && at !== only.from)) return match;
      const fresh = expand(found, by, literal);
      result.count++;
      result.end = { id, from: at + growth + fresh.length };
      growth += fresh.length - match.length;
      return fresh;
    });
    if (tokensOf(replaced).join(' ') !== text) result.changed.push({ id, text: replaced });
  }
  return result;
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
