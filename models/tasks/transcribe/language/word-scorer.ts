import type { PrefixTree } from '../prefix-tree';
import type { LanguageModel } from './language-model';

export interface LanguageWeights {
  weight: number; // of the language model's log probabilities beside the recogniser's
  wordBonus: number; // added for each word, against the language model's liking for few words
}

/** What the language model says of the prefixes in a tree, kept beside it by the same indices. */
export class WordScorer {
  private readonly node: Int32Array; // of the lexicon, -1 where the letters begin no known word
  private readonly contexts: Int32Array; // of the word model, `contextLength` a prefix
  private readonly lettersBefore: Int32Array; // of the spelling model, where `spelled` is known
  private readonly spelled: Float64Array; // ln p of the letters of the open word, NaN where nobody has asked
  private readonly scratch: Int32Array;
  /** At the end of a word: which one, -1 where unknown, and its ln p. */
  readonly word: Int32Array;
  readonly wordScore: Float32Array;
  private readonly settled: Float64Array; // weighted score of the whole words

  constructor(
    readonly language: LanguageModel,
    private readonly weights: LanguageWeights,
    private readonly tree: PrefixTree,
  ) {
    const { capacity } = tree;
    const { words, spelling } = language;
    this.node = new Int32Array(capacity);
    this.contexts = new Int32Array(capacity * words.contextLength);
    this.lettersBefore = new Int32Array(capacity * spelling.contextLength);
    this.spelled = new Float64Array(capacity).fill(NaN);
    this.scratch = new Int32Array(2 * spelling.contextLength);
    this.word = new Int32Array(capacity).fill(-1);
    this.wordScore = new Float32Array(capacity);
    this.settled = new Float64Array(capacity);
    words.begin(language.start, this.contexts, tree.root * words.contextLength);
  }

  /** Fills in `child`, which is `parent` and one symbol more, and gives its score: that of the whole words and of how the open word begins. */
  extend(parent: number, child: number, symbol: number): number {
    return symbol === this.language.space ? this.close(parent, child) : this.spell(parent, child, symbol);
  }

  private close(parent: number, child: number): number {
    const { words, lexicon, unknown } = this.language;
    const length = words.contextLength;
    const node = this.node[parent]!;
    const word = node < 0 ? -1 : lexicon.wordAt(node);
    let score = words.advance(word < 0 ? unknown : word, this.contexts, parent * length, child * length);
    if (word < 0) score += this.spelledTo(parent) + this.letter(this.language.space, parent, this.scratch, 0);
    this.spelled[child] = NaN;
    this.node[child] = 0;
    this.word[child] = word;
    this.wordScore[child] = score;
    return (this.settled[child] = this.settled[parent]! + this.weights.weight * score + this.weights.wordBonus);
  }

  private spell(parent: number, child: number, symbol: number): number {
    const { words, lexicon, unknown, spelling } = this.language;
    const length = words.contextLength;
    this.contexts.copyWithin(child * length, parent * length, parent * length + length);
    this.settled[child] = this.settled[parent]!;
    const before = this.node[parent]!;
    const node = before < 0 ? -1 : lexicon.child(before, symbol);
    this.node[child] = node;
    this.spelled[child] = NaN;
    if (node >= 0) return this.settled[child]! + this.weights.weight * lexicon.aheadOf(node);
    this.spelled[child] = this.spelledTo(parent) + this.letter(symbol, parent, this.lettersBefore, child * spelling.contextLength);
    return this.settled[child]! + this.weights.weight * (words.unigram(unknown) + this.spelled[child]!);
  }

  /** ln p of the letters of the open word of `prefix`, found out once for each prefix: the words of a beam begin alike. */
  private spelledTo(prefix: number): number {
    const known = this.spelled[prefix]!;
    if (!Number.isNaN(known)) return known;
    const { spelling, space, wordBegin } = this.language;
    const symbol = this.tree.symbol[prefix]!;
    const at = prefix * spelling.contextLength;
    if (prefix === this.tree.root || symbol === space) {
      spelling.begin(wordBegin, this.lettersBefore, at);
      return (this.spelled[prefix] = 0);
    }
    const parent = this.tree.parent[prefix]!;
    return (this.spelled[prefix] = this.spelledTo(parent) + this.letter(symbol, parent, this.lettersBefore, at));
  }

  private letter(symbol: number, prefix: number, contexts: Int32Array, to: number): number {
    const { spelling, letterOf } = this.language;
    const length = spelling.contextLength;
    if (contexts !== this.lettersBefore) {
      for (let i = 0; i < length; i++) contexts[length + i] = this.lettersBefore[prefix * length + i]!;
      return spelling.advance(letterOf[symbol]!, contexts, length, to);
    }
    return spelling.advance(letterOf[symbol]!, contexts, prefix * length, to);
  }
}
