import type { LanguageModel } from './language/language-model';
import { WordScorer, type LanguageWeights } from './language/word-scorer';
import { PrefixTree } from './prefix-tree';

export interface SearchLimits {
  width: number; // prefixes kept after each frame
  candidates: number; // symbols tried in a frame, at most
  least: number; // log probability that a symbol needs to be tried
  margin: number; // by which a prefix may be worse than the best, in log probability
}

/** Best-path decoding, the most likely symbol of each frame, is a beam of one. */
export const GREEDY: SearchLimits = { width: 1, candidates: 1, least: -Infinity, margin: Infinity };

export interface BeamOptions {
  vocabulary: readonly string[]; // symbol -> character; a space ends a word
  blank: number;
  limits: SearchLimits;
  language?: { model: LanguageModel; weights: LanguageWeights } | undefined;
}

const LONGEST_WORD = 60; // letters
const ROOM = 512; // prefixes a beam

/**
 * Prefix beam search (Hannun et al., 2014) with shallow fusion of a language model: sums the probabilities of all alignments of a text, where best-path decoding follows one.
 * A frame that holds little but the blank changes no ranking and costs next to nothing. The best beam is the first.
 */
export class Beam {
  readonly tree: PrefixTree;
  readonly scorer: WordScorer | undefined;
  readonly space: number;
  count = 1;
  node: Int32Array; // the prefix of each beam
  private blank: Float64Array; // log probability of all alignments that end in a blank
  private symbol: Float64Array; // ... that end in the prefix's last symbol
  private nextNode: Int32Array;
  private nextBlank: Float64Array;
  private nextSymbol: Float64Array;
  private nextCount = 0;
  private readonly rank: Float64Array;
  private readonly sorted: Float64Array;
  private readonly slot: Int32Array; // of a prefix in the next beams, valid where `slotFrame` is this frame
  private readonly slotFrame: Int32Array;
  private readonly beamOf: Int32Array; // of a prefix in the beams, valid where `beamFrame` is this frame
  private readonly beamFrame: Int32Array;
  private readonly tried: Uint8Array; // symbols of this frame, likeliest first
  private triedCount = 0;

  constructor(private readonly options: BeamOptions) {
    const { limits, vocabulary, blank, language } = options;
    const capacity = Math.max(4096, limits.width * ROOM);
    const most = limits.width * (Math.min(limits.candidates, vocabulary.length) + 1);
    const doubles = () => new Float64Array(most);
    const marks = () => new Int32Array(capacity).fill(-1);
    this.tree = new PrefixTree(capacity, blank);
    this.scorer = language && new WordScorer(language.model, language.weights, this.tree);
    this.space = vocabulary.indexOf(' ');
    [this.node, this.nextNode] = [new Int32Array(most), new Int32Array(most)];
    [this.blank, this.symbol, this.nextBlank, this.nextSymbol] = [doubles(), doubles(), doubles(), doubles()];
    [this.rank, this.sorted] = [doubles(), doubles()];
    [this.slot, this.slotFrame, this.beamOf, this.beamFrame] = [marks(), marks(), marks(), marks()];
    this.tried = new Uint8Array(Math.min(limits.candidates, vocabulary.length) + 1);
    this.symbol[0] = -Infinity;
  }

  /** Log score of a beam: of the recogniser and of the language model. */
  total(beam: number): number {
    return logSum(this.blank[beam]!, this.symbol[beam]!) + this.tree.score[this.node[beam]!]!;
  }

  /** One frame: log probabilities of the symbols from `at` on. */
  step(row: Float32Array, at: number, frame: number): void {
    const { blank, limits } = this.options;
    this.choose(row, at);
    const blankScore = row[at + blank]!;
    if (this.triedCount === 0) return this.stay(blankScore);
    const { tree, scorer, tried } = this;
    if (tree.room < this.count * (this.triedCount + 1)) tree.sweep(this.node.subarray(0, this.count));
    for (let b = 0; b < this.count; b++) {
      this.beamOf[this.node[b]!] = b;
      this.beamFrame[this.node[b]!] = frame;
    }
    this.nextCount = 0;
    let floor = -Infinity; // of what is worth following
    for (let b = 0; b < this.count; b++) {
      const node = this.node[b]!;
      const [ofBlank, ofSymbol] = [this.blank[b]!, this.symbol[b]!];
      const total = logSum(ofBlank, ofSymbol);
      const atWordStart = node === tree.root || tree.symbol[node] === this.space;
      const same = this.slotOf(node, frame);
      this.nextBlank[same] = logSum(this.nextBlank[same]!, total + blankScore);
      floor = Math.max(floor, total + blankScore + tree.score[node]! - limits.margin);
      for (let t = 0; t < this.triedCount; t++) {
        const symbol = tried[t]!;
        if (symbol === blank) continue;
        const score = row[at + symbol]!;
        const repeats = node !== tree.root && tree.symbol[node] === symbol;
        if (repeats) {
          this.nextSymbol[same] = logSum(this.nextSymbol[same]!, ofSymbol + score);
          if (ofSymbol > ofBlank) tree.observe(node, frame, score, blankScore);
        }
        const likelihood = (repeats ? ofBlank : total) + score; // a symbol comes twice only with a blank between
        if (likelihood === -Infinity) continue;
        if (symbol === this.space && atWordStart) {
          if (node === tree.root) this.nextBlank[same] = logSum(this.nextBlank[same]!, likelihood); // a space between no words is nothing
          else this.nextSymbol[same] = logSum(this.nextSymbol[same]!, likelihood);
          continue;
        }
        let child = tree.child(node, symbol);
        if (child < 0) {
          if (symbol !== this.space && (likelihood + tree.score[node]! < floor || tree.letters[node]! >= LONGEST_WORD)) continue; // a letter makes no prefix likelier
          child = tree.add(node, symbol);
          tree.letters[child] = symbol === this.space ? 0 : tree.letters[node]! + 1;
          tree.score[child] = scorer ? scorer.extend(node, child, symbol) : 0;
          tree.restart(child, frame);
        }
        const existing = this.beamFrame[child] === frame;
        const fresh = !existing && this.slotFrame[child] !== frame;
        if (fresh && likelihood + tree.score[child]! < floor) continue;
        if (fresh) tree.restart(child, frame);
        if (existing) {
          const before = this.beamOf[child]!;
          if (likelihood > logSum(this.blank[before]!, this.symbol[before]!)) tree.restart(child, frame); // spoken now rather than before
        }
        const next = this.slotOf(child, frame);
        this.nextSymbol[next] = logSum(this.nextSymbol[next]!, likelihood);
        if (tree.start[child] === frame) tree.observe(child, frame, score, blankScore);
      }
    }
    this.keepBest();
  }

  /** Keeps only the beams that go through `node`. */
  require(node: number): void {
    let kept = 0;
    for (let b = 0; b < this.count; b++) {
      if (!this.goesThrough(this.node[b]!, node)) continue;
      [this.node[kept], this.blank[kept], this.symbol[kept]] = [this.node[b]!, this.blank[b]!, this.symbol[b]!];
      kept++;
    }
    this.count = kept;
  }

  /** Ends the open words: each prefix gets its space and the score of its last word, and the best comes first. */
  close(frame: number): void {
    const { tree, space } = this;
    if (tree.room < this.count) tree.sweep(this.node.subarray(0, this.count));
    this.nextCount = 0;
    for (let b = 0; b < this.count; b++) {
      let node = this.node[b]!;
      if (node !== tree.root && tree.symbol[node] !== space) {
        const open = node;
        node = tree.child(open, space);
        if (node < 0) {
          node = tree.add(open, space);
          tree.score[node] = this.scorer ? this.scorer.extend(open, node, space) : 0;
        }
        tree.restart(node, frame);
      }
      const next = this.slotOf(node, frame);
      this.nextSymbol[next] = logSum(this.nextSymbol[next]!, logSum(this.blank[b]!, this.symbol[b]!));
    }
    this.keepBest();
  }

  /** The likeliest symbols of a frame; none where only the blank is likely. */
  private choose(row: Float32Array, at: number): void {
    const { vocabulary, blank, limits } = this.options;
    const most = Math.min(limits.candidates, vocabulary.length);
    const { tried } = this;
    const greedy = most === 1;
    let count = 0;
    for (let symbol = 0; symbol < vocabulary.length; symbol++) {
      const score = row[at + symbol]!;
      if ((symbol === blank && !greedy) || score < limits.least) continue;
      let place = count < most ? count++ : most;
      for (; place > 0 && score > row[at + tried[place - 1]!]!; place--) if (place < most) tried[place] = tried[place - 1]!;
      if (place < most) tried[place] = symbol;
    }
    this.triedCount = greedy && tried[0] === blank ? 0 : count;
  }

  private stay(blankScore: number): void {
    for (let b = 0; b < this.count; b++) {
      this.blank[b] = logSum(this.blank[b]!, this.symbol[b]!) + blankScore;
      this.symbol[b] = -Infinity;
    }
  }

  private slotOf(node: number, frame: number): number {
    if (this.slotFrame[node] === frame) return this.slot[node]!;
    const slot = this.nextCount++;
    this.slotFrame[node] = frame;
    this.slot[node] = slot;
    this.nextNode[slot] = node;
    this.nextBlank[slot] = -Infinity;
    this.nextSymbol[slot] = -Infinity;
    return slot;
  }

  private keepBest(): void {
    const { width, margin } = this.options.limits;
    const { rank, nextCount } = this;
    let best = -Infinity;
    for (let i = 0; i < nextCount; i++) {
      rank[i] = logSum(this.nextBlank[i]!, this.nextSymbol[i]!) + this.tree.score[this.nextNode[i]!]!;
      if (rank[i]! > best) best = rank[i]!;
    }
    let floor = best - margin;
    if (nextCount > width) {
      this.sorted.set(rank.subarray(0, nextCount));
      floor = Math.max(floor, this.sorted.subarray(0, nextCount).sort()[nextCount - width]!);
    }
    let count = 0;
    let first = 0;
    for (let i = 0; i < nextCount && count < width; i++) {
      if (rank[i]! < floor) continue;
      if (rank[i] === best) first = count;
      this.nextNode[count] = this.nextNode[i]!;
      this.nextBlank[count] = this.nextBlank[i]!;
      this.nextSymbol[count] = this.nextSymbol[i]!;
      count++;
    }
    this.count = count;
    [this.node, this.nextNode] = [this.nextNode, this.node];
    [this.blank, this.nextBlank] = [this.nextBlank, this.blank];
    [this.symbol, this.nextSymbol] = [this.nextSymbol, this.symbol];
    swap(this.node, 0, first);
    swap(this.blank, 0, first);
    swap(this.symbol, 0, first);
  }

  private goesThrough(leaf: number, node: number): boolean {
    let at = leaf;
    while (at !== node && at !== this.tree.root) at = this.tree.parent[at]!;
    return at === node;
  }
}

function swap(values: Int32Array | Float64Array, a: number, b: number): void {
  [values[a], values[b]] = [values[b]!, values[a]!];
}

/** log(e^a + e^b) */
function logSum(a: number, b: number): number {
  const high = a > b ? a : b;
  const low = a > b ? b : a;
  return low < high - 40 ? high : high === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}
