import type { LanguageModel } from './language/language-model';
import { LONGEST_WORD, MOST_ALIKE } from './language/lexicon';
import { StateTable } from './language/state-table';
import { WordScorer, type LanguageWeights } from './language/word-scorer';
import { PrefixTree } from './prefix-tree';
import { selectAscending } from './select';

export interface SearchLimits {
  width: number; // prefixes kept after each frame
  candidates: number; // symbols tried in a frame, at most
  least: number; // log probability that a symbol needs to be tried
  margin: number; // by which a prefix may be worse than the best, in log probability
}

/** Best-path decoding, the most likely symbol of each frame, is a beam of one. */
export const GREEDY: SearchLimits = { width: 1, candidates: 1, least: -Infinity, margin: Infinity };

export interface BeamOptions {
  vocabulary: readonly string[]; // symbol -> letter or phone; a space ends a word
  blank: number;
  limits: SearchLimits;
  language?: { model: LanguageModel; weights: LanguageWeights } | undefined;
}

const ROOM = 256; // prefixes a beam: a symbol a frame for as long as words stay open, though beams share most of theirs

/**
 * Prefix beam search (Hannun et al., 2014) with shallow fusion of a language model: sums the probabilities of all alignments of a text, where best-path decoding follows one.
 * A frame that holds little but the blank changes no ranking and costs next to nothing. Of prefixes in one state of the language model only the best is kept. The best beam is the first.
 */
export class Beam {
  readonly tree: PrefixTree;
  readonly scorer: WordScorer | undefined;
  private readonly states: StateTable | undefined; // none with letters: how an unknown word is spelled would belong to a state, too
  readonly space: number;
  count = 1;
  node: Int32Array; // the prefix of each beam
  private blank: Float64Array; // log probability of all alignments that end in a blank
  private symbol: Float64Array; // ... that end in the prefix's last symbol
  private readonly likelihood: Float64Array; // of both
  private nextNode: Int32Array;
  private nextBlank: Float64Array;
  private nextSymbol: Float64Array;
  private nextCount = 0;
  private readonly rank: Float64Array;
  private readonly ordered: Float64Array;
  private readonly slot: Int32Array; // of a prefix in the next beams, valid where `slotFrame` is this frame
  private readonly slotFrame: Int32Array;
  private readonly beamOf: Int32Array; // of a prefix in the beams, valid where `beamFrame` is this frame
  private readonly beamFrame: Int32Array;
  private readonly tried: Uint8Array; // symbols of this frame, likeliest first
  private triedCount = 0;

  constructor(private readonly options: BeamOptions) {
    const { limits, vocabulary, blank, language } = options;
    const capacity = Math.max(4096, limits.width * ROOM);
    const most = limits.width * (Math.min(limits.candidates, vocabulary.length) + MOST_ALIKE);
    const doubles = () => new Float64Array(most);
    const marks = () => new Int32Array(capacity).fill(-1);
    this.tree = new PrefixTree(capacity, blank);
    this.scorer = language && new WordScorer(language.model, language.weights, this.tree);
    if (this.scorer && !this.scorer.language.letters) this.states = new StateTable(this.scorer, most);
    this.space = vocabulary.indexOf(' ');
    [this.node, this.nextNode] = [new Int32Array(most), new Int32Array(most)];
    [this.blank, this.symbol, this.nextBlank, this.nextSymbol] = [doubles(), doubles(), doubles(), doubles()];
    [this.likelihood, this.rank, this.ordered] = [doubles(), doubles(), doubles()];
    [this.slot, this.slotFrame, this.beamOf, this.beamFrame] = [marks(), marks(), marks(), marks()];
    this.tried = new Uint8Array(Math.min(limits.candidates, vocabulary.length) + 1);
    this.symbol[0] = -Infinity;
  }

  /** Log score of a beam: of the recogniser and of the language model. */
  total(beam: number): number {
    return this.likelihood[beam]! + this.tree.score[this.node[beam]!]!;
  }

  /** One frame: log probabilities of the symbols from `at` on. */
  step(row: Float32Array, at: number, frame: number): void {
    const { blank, limits } = this.options;
    this.choose(row, at);
    const blankScore = row[at + blank]!;
    if (this.triedCount === 0) return this.stay(blankScore);
    const { tree, scorer, tried } = this;
    this.makeRoom(this.triedCount + MOST_ALIKE);
    for (let b = 0; b < this.count; b++) {
      this.beamOf[this.node[b]!] = b;
      this.beamFrame[this.node[b]!] = frame;
    }
    this.nextCount = 0;
    let floor = -Infinity; // of what is worth following
    for (let b = 0; b < this.count; b++) {
      const node = this.node[b]!;
      const [ofBlank, ofSymbol] = [this.blank[b]!, this.symbol[b]!];
      const total = this.likelihood[b]!;
      const atWordStart = this.atWordStart(node);
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
        const endings = symbol === this.space && scorer ? scorer.endings(node) : 1;
        for (let ending = 0; ending < endings; ending++) {
          let child = tree.child(node, symbol, ending);
          if (child < 0) {
            if (symbol !== this.space) {
              if (likelihood + tree.score[node]! < floor || tree.letters[node]! >= LONGEST_WORD) continue; // a letter makes no prefix likelier
              if (scorer && !scorer.goesOn(node, symbol)) continue;
            }
            child = this.add(node, symbol, ending, frame);
          }
          const existing = this.beamFrame[child] === frame;
          const fresh = !existing && this.slotFrame[child] !== frame;
          if (fresh && likelihood + tree.score[child]! < floor) continue;
          if (fresh) tree.restart(child, frame);
          if (existing) {
            const before = this.beamOf[child]!;
            if (likelihood > this.likelihood[before]!) tree.restart(child, frame); // spoken now rather than before
          }
          const next = this.slotOf(child, frame);
          this.nextSymbol[next] = logSum(this.nextSymbol[next]!, likelihood);
          if (tree.start[child] === frame) tree.observe(child, frame, score, blankScore);
        }
      }
    }
    this.keepBest();
  }

  /** Keeps only the beams that go through `node`. */
  require(node: number): void {
    this.keep((beam) => this.goesThrough(this.node[beam]!, node));
  }

  /** Ends the open words: each prefix gets its space and the score of its last word, and the best comes first. What is no word is not kept: neither the prefix or, if all are such, its end. */
  close(frame: number): void {
    const { tree, space, scorer } = this;
    this.makeRoom(MOST_ALIKE);
    this.nextCount = 0;
    for (let b = 0; b < this.count; b++) {
      const node = this.node[b]!;
      if (this.atWordStart(node)) this.pass(b, node, frame);
      const endings = this.atWordStart(node) ? 0 : scorer ? scorer.endings(node) : 1;
      for (let ending = 0; ending < endings; ending++) {
        let child = tree.child(node, space, ending);
        if (child < 0) child = this.add(node, space, ending, frame);
        tree.restart(child, frame);
        this.pass(b, child, frame);
      }
    }
    for (let b = 0, whole = this.nextCount > 0; b < this.count && !whole; b++) {
      let node = this.node[b]!;
      while (!this.atWordStart(node)) node = tree.parent[node]!;
      this.pass(b, node, frame);
    }
    this.keepBest();
  }

  /**
   * Room for `each` new prefixes a beam. Beams that part early and then speak at every frame share too little to fit together: of such only the better half goes on, and again, until half of the room is free.
   * So a sweep, which looks at all of the room, comes only after much of it was filled.
   */
  private makeRoom(each: number): void {
    const { tree, ordered } = this;
    if (tree.room >= this.count * each) return;
    tree.sweep(this.node.subarray(0, this.count));
    while (tree.room < tree.capacity / 2 && this.count > 1) {
      for (let b = 0; b < this.count; b++) ordered[b] = this.total(b);
      const floor = selectAscending(ordered, this.count, this.count >> 1);
      this.keep((beam) => this.total(beam) >= floor, (this.count + 1) >> 1);
      tree.sweep(this.node.subarray(0, this.count));
    }
  }

  /** Keeps the first `most` beams that are wanted, in their order. */
  private keep(wanted: (beam: number) => boolean, most = this.count): void {
    let kept = 0;
    for (let b = 0; b < this.count && kept < most; b++) {
      if (!wanted(b)) continue;
      [this.node[kept], this.blank[kept], this.symbol[kept], this.likelihood[kept]] = [this.node[b]!, this.blank[b]!, this.symbol[b]!, this.likelihood[b]!];
      kept++;
    }
    this.count = kept;
  }

  private atWordStart(node: number): boolean {
    return node === this.tree.root || this.tree.symbol[node] === this.space;
  }

  /** Lets what has led to a beam lead to `node`. */
  private pass(beam: number, node: number, frame: number): void {
    const next = this.slotOf(node, frame);
    this.nextSymbol[next] = logSum(this.nextSymbol[next]!, this.likelihood[beam]!);
  }

  /** A prefix and one symbol more; `ending`: as which of its words it ends at a space. */
  private add(node: number, symbol: number, ending: number, frame: number): number {
    const { tree, scorer } = this;
    const child = tree.add(node, symbol, ending);
    tree.letters[child] = symbol === this.space ? 0 : tree.letters[node]! + 1;
    tree.score[child] = scorer ? scorer.extend(node, child, symbol, ending) : 0;
    tree.restart(child, frame);
    return child;
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
      this.blank[b] = this.likelihood[b]! + blankScore;
      this.likelihood[b] = this.blank[b]!;
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
    const { rank, ordered, likelihood } = this;
    let best = -Infinity;
    let distinct = 0;
    this.states?.clear();
    for (let i = 0; i < this.nextCount; i++) {
      const sum = logSum(this.nextBlank[i]!, this.nextSymbol[i]!);
      const total = sum + this.tree.score[this.nextNode[i]!]!;
      const place = this.states ? this.states.placeOf(this.nextNode[i]!, distinct) : distinct;
      if (place === distinct) distinct++;
      else if (total <= rank[place]!) continue; // what goes on alike never catches up
      this.move(i, place);
      likelihood[place] = sum;
      rank[place] = ordered[place] = total;
      if (total > best) best = total;
    }
    let floor = best - margin;
    if (distinct > width) floor = Math.max(floor, selectAscending(ordered, distinct, distinct - width));
    let count = 0;
    let first = 0;
    for (let i = 0; i < distinct && count < width; i++) {
      if (rank[i]! < floor) continue;
      if (rank[i] === best) first = count;
      this.move(i, count);
      likelihood[count] = likelihood[i]!;
      count++;
    }
    this.count = count;
    [this.node, this.nextNode] = [this.nextNode, this.node];
    [this.blank, this.nextBlank] = [this.nextBlank, this.blank];
    [this.symbol, this.nextSymbol] = [this.nextSymbol, this.symbol];
    swap(this.node, 0, first);
    swap(this.blank, 0, first);
    swap(this.symbol, 0, first);
    swap(likelihood, 0, first);
  }

  private move(from: number, to: number): void {
    this.nextNode[to] = this.nextNode[from]!;
    this.nextBlank[to] = this.nextBlank[from]!;
    this.nextSymbol[to] = this.nextSymbol[from]!;
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
