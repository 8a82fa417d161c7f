import type { PrefixTree } from '../prefix-tree';
import type { LanguageModel } from './language-model';
import { UnknownWords } from './unknown-words';

export interface LanguageWeights {
  weight: number; // of the language model's log probabilities beside the recogniser's
  wordBonus: number; // added for each word, against the language model's liking for few words
  symbolBonus?: readonly number[] | undefined; // added to the recogniser's log probabilities: symbol-bonus.ts
}

const HASH_FACTOR = 0x9e3779b1; // 2^32 over the golden ratio, which spreads neighbours (Knuth, 1973)

/** What the language model says of the prefixes in a tree, kept beside it by the same indices. */
export class WordScorer {
  private readonly node: Int32Array; // of the lexicon, -1 where the symbols begin no known word
  private readonly contexts: Int32Array; // of the word model, `contextLength` a prefix; the last is nobody's
  private readonly unknown: UnknownWords | undefined;
  /** At the end of a word: which one, -1 where unknown. */
  readonly word: Int32Array;
  private readonly settled: Float64Array; // weighted score of the whole words

  constructor(
    readonly language: LanguageModel,
    private readonly weights: LanguageWeights,
    private readonly tree: PrefixTree,
  ) {
    const { capacity } = tree;
    const { words, letters } = language;
    this.node = new Int32Array(capacity);
    this.contexts = new Int32Array((capacity + 1) * words.contextLength);
    this.unknown = letters && new UnknownWords(letters, tree);
    this.word = new Int32Array(capacity).fill(-1);
    this.settled = new Float64Array(capacity);
    words.begin(language.start, this.contexts, tree.root * words.contextLength);
  }

  /** The score of a prefix and one letter more, at most: fewer of the known words begin so, but an unknown one may be likelier than those. */
  most(prefix: number): number {
    const score = this.tree.score[prefix]!;
    if (!this.unknown) return score;
    return Math.max(score, this.settled[prefix]! + this.weights.weight * this.ofUnknown(prefix));
  }

  /** The score of `prefix` and this letter more, -Infinity where no word goes on so; of an unknown word what it is at most. */
  promise(prefix: number, symbol: number): number {
    const { lexicon } = this.language;
    const before = this.node[prefix]!;
    const node = before < 0 ? -1 : lexicon.child(before, symbol);
    if (node >= 0) return this.settled[prefix]! + this.weights.weight * lexicon.aheadOf(node);
    return this.unknown ? this.most(prefix) : -Infinity;
  }

  /** As how many words the open one may end. */
  endings(prefix: number): number {
    const node = this.node[prefix]!;
    const known = node < 0 ? 0 : this.language.lexicon.wordsAt(node);
    return known === 0 && this.unknown ? 1 : known;
  }

  /** Fills in `child`, which is `parent` and one symbol more, and gives its score: that of the whole words and of how the open word begins. `ending`: as which word it ends. */
  extend(parent: number, child: number, symbol: number, ending = 0): number {
    this.unknown?.forget(child);
    return symbol === this.language.space ? this.close(parent, child, ending) : this.spell(parent, child, symbol);
  }

  /** The likeliest known word that the open one is, if it ends here; -1 where there is none. */
  openWord(prefix: number): number {
    const { words, lexicon } = this.language;
    const node = this.node[prefix]!;
    const nobody = this.contexts.length - words.contextLength;
    let [best, highest] = [-1, -Infinity];
    for (let i = 0; node >= 0 && i < lexicon.wordsAt(node); i++) {
      const word = lexicon.wordAt(node, i);
      const score = words.advance(word, this.contexts, prefix * words.contextLength, nobody);
      if (score > highest) [best, highest] = [word, score];
    }
    return best;
  }

  /** Whether known words that go on from both prefixes are worth the same. */
  sameState(a: number, b: number): boolean {
    const length = this.language.words.contextLength;
    for (let i = 0; i < length; i++) if (this.contexts[a * length + i] !== this.contexts[b * length + i]) return false;
    return this.node[a] === this.node[b];
  }

  stateHash(prefix: number): number {
    const length = this.language.words.contextLength;
    let hash = this.node[prefix]!;
    for (let i = 0; i < length; i++) hash = Math.imul(hash, HASH_FACTOR) ^ this.contexts[prefix * length + i]!;
    return Math.imul(hash, HASH_FACTOR) >>> 12;
  }

  private close(parent: number, child: number, ending: number): number {
    const { words, lexicon, unknown } = this.language;
    const length = words.contextLength;
    const node = this.node[parent]!;
    const word = node < 0 ? -1 : lexicon.wordAt(node, ending);
    let score = words.advance(word < 0 ? unknown : word, this.contexts, parent * length, child * length);
    if (word < 0) score += this.unknown!.whole(parent);
    this.node[child] = 0;
    this.word[child] = word;
    return (this.settled[child] = this.settled[parent]! + this.weights.weight * score + this.weights.wordBonus);
  }

  private spell(parent: number, child: number, symbol: number): number {
    const { words, lexicon } = this.language;
    const length = words.contextLength;
    for (let i = 0; i < length; i++) this.contexts[child * length + i] = this.contexts[parent * length + i]!;
    this.settled[child] = this.settled[parent]!;
    const before = this.node[parent]!;
    const node = before < 0 ? -1 : lexicon.child(before, symbol);
    this.node[child] = node;
    const ahead = node >= 0 ? lexicon.aheadOf(node) : this.ofUnknown(child);
    return this.settled[child]! + this.weights.weight * ahead;
  }

  /** ln of the probability that an unknown word begins as the open one. */
  private ofUnknown(prefix: number): number {
    return this.language.words.unigram(this.language.unknown) + this.unknown!.begin(prefix);
  }
}
