const WORDS = /[\p{L}\p{N}]+/gu;
const FIRST_WORD = /[\p{L}\p{N}]+/u;
const WORD_CHARACTER = /[\p{L}\p{N}]/u;
const LONGEST = 2000; // characters

/** Exact texts, such as names of files and sentences of transcripts, found in any case in a line in a time that does not grow with their number. */
export class Secrets {
  private readonly byFirstWord = new Map<string, Map<string, number>>(); // -> where in the text that word stands
  private readonly all = new Set<string>(); // the oldest first

  constructor(private readonly kept = 5000) {}

  add(text: string): void {
    const secret = text.trim().normalize('NFC').toLowerCase().slice(0, LONGEST);
    const first = FIRST_WORD.exec(secret);
    if (secret.length < 2 || first === null) return;
    this.remove(secret);
    this.all.add(secret);
    this.byFirstWord.set(first[0], (this.byFirstWord.get(first[0]) ?? new Map<string, number>()).set(secret, first.index));
    for (const oldest of this.all) {
      if (this.all.size <= this.kept) break;
      this.remove(oldest);
    }
  }

  /** The line with each of them, as whole words, replaced; of several at a place the longest. */
  hideIn(line: string): string {
    const text = line.normalize('NFC');
    const lower = text.toLowerCase();
    const shown = lower.length === text.length ? text : lower; // a few letters grow when they become small
    let hidden = '';
    let at = 0;
    for (const { 0: word, index } of lower.matchAll(WORDS)) {
      let found = { start: 0, length: 0 };
      for (const [secret, offset] of this.byFirstWord.get(word) ?? []) {
        const start = index - offset;
        if (secret.length > found.length && start >= at && standsAt(lower, secret, start)) found = { start, length: secret.length };
      }
      if (found.length === 0) continue;
      hidden += `${shown.slice(at, found.start)}<private>`;
      at = found.start + found.length;
    }
    return hidden + shown.slice(at);
  }

  private remove(secret: string): void {
    if (!this.all.delete(secret)) return;
    const [word] = FIRST_WORD.exec(secret)!;
    const others = this.byFirstWord.get(word)!;
    others.delete(secret);
    if (others.size === 0) this.byFirstWord.delete(word);
  }
}

function standsAt(line: string, secret: string, start: number): boolean {
  if (!line.startsWith(secret, start)) return false;
  return !WORD_CHARACTER.test(secret.at(-1)!) || !WORD_CHARACTER.test(line.charAt(start + secret.length));
}
