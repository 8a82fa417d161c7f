import type { PrefixTree } from '../prefix-tree';
import type { NgramTrie } from './ngram-trie';

export interface LetterModel {
  ngrams: NgramTrie;
  letterOf: Int8Array; // recogniser's symbol -> letter of the model, -1 for the blank
  space: number; // the recogniser's symbol
}

const WORD_BEGIN = 0; // of the letter model

/** What the letters of words that the language model does not know are worth, beside the prefixes of a tree: found out once for each prefix, and only where it is asked for. */
export class UnknownWords {
  private readonly spelled: Float64Array; // ln p of the letters of the open word, NaN where nobody has asked
  private readonly contexts: Int32Array; // of the letter model, where `spelled` is known; the last is nobody's

  constructor(
    private readonly letters: LetterModel,
    private readonly tree: PrefixTree,
  ) {
    this.spelled = new Float64Array(tree.capacity).fill(NaN);
    this.contexts = new Int32Array((tree.capacity + 1) * letters.ngrams.contextLength);
  }

  /** `prefix` is another than it was. */
  forget(prefix: number): void {
    this.spelled[prefix] = NaN;
  }

  /** ln p of the letters of the open word of `prefix`. */
  begin(prefix: number): number {
    const known = this.spelled[prefix]!;
    if (!Number.isNaN(known)) return known;
    const { ngrams, space } = this.letters;
    const symbol = this.tree.symbol[prefix]!;
    if (prefix === this.tree.root || symbol === space) {
      ngrams.begin(WORD_BEGIN, this.contexts, prefix * ngrams.contextLength);
      return (this.spelled[prefix] = 0);
    }
    const parent = this.tree.parent[prefix]!;
    return (this.spelled[prefix] = this.begin(parent) + this.letter(symbol, parent, prefix));
  }

  /** ... and of its end. */
  whole(prefix: number): number {
    return this.begin(prefix) + this.letter(this.letters.space, prefix, this.tree.capacity);
  }

  private letter(symbol: number, prefix: number, to: number): number {
    const { ngrams, letterOf } = this.letters;
    return ngrams.advance(letterOf[symbol]!, this.contexts, prefix * ngrams.contextLength, to * ngrams.contextLength);
  }
}
