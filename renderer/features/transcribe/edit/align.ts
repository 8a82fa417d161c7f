import type { Word } from '../../../../models/tasks/transcribe/words';

/**
 * New words for an edited text: words that stayed keep their times (longest common subsequence, case and punctuation aside), the others share, by their length, the
 * time of the words that they replace, or the pause that they were put into. Words typed by the user have full confidence.
 */
export function alignWords(before: readonly Word[], tokens: readonly string[], start: number, end: number): Word[] {
  const kept = matchWords(before.map(({ text }) => plain(text)), tokens.map(plain));
  const words: Word[] = [];
  let from = 0; // first word of `before` that is not dealt with
  for (let i = 0; i < tokens.length; ) {
    const match = kept.get(i);
    if (match !== undefined) {
      const word = before[match]!;
      words.push(word.text === tokens[i] ? word : { ...word, text: tokens[i]! });
      from = match + 1;
      i++;
      continue;
    }
    let until = i;
    while (until < tokens.length && !kept.has(until)) until++;
    const next = kept.get(until) ?? before.length;
    const replaced = before.slice(from, next);
    const low = replaced[0]?.start ?? before[from - 1]?.end ?? start;
    const high = replaced.at(-1)?.end ?? before[next]?.start ?? end;
    words.push(...share(tokens.slice(i, until), low, Math.max(low, high)));
    from = next;
    i = until;
  }
  return words;
}

/** Words one after the other over a span, as long as they have characters. */
export function share(tokens: readonly string[], start: number, end: number): Word[] {
  const total = tokens.reduce((sum, token) => sum + token.length, 0);
  let done = 0;
  return tokens.map((text) => {
    const from = start + ((end - start) * done) / Math.max(1, total);
    done += text.length;
    return { text, start: from, end: Math.min(end, start + ((end - start) * done) / Math.max(1, total)), confidence: 1 };
  });
}

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}']/gu, '') || text;

/** Index of a token -> index of the word that it is. What is equal at both ends is matched first: an edit is mostly small. */
function matchWords(before: readonly string[], after: readonly string[]): Map<number, number> {
  const pairs = new Map<number, number>();
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) pairs.set(head, head++);
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) {
    pairs.set(after.length - 1 - tail, before.length - 1 - tail);
    tail++;
  }
  const rows = before.slice(head, before.length - tail);
  const columns = after.slice(head, after.length - tail);
  if (rows.length * columns.length > 4e6) return pairs; // a text pasted over a text: nothing to keep in the middle
  const lengths = Array.from({ length: rows.length + 1 }, () => new Uint16Array(columns.length + 1)); // of the subsequence from here on
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let j = columns.length - 1; j >= 0; j--) {
      lengths[i]![j] = rows[i] === columns[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < rows.length && j < columns.length; ) {
    if (rows[i] === columns[j]) pairs.set(head + j++, head + i++);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return pairs;
}
