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
  readonly node: Int32Array; // the prefix of each beam
  private readonly blank: Float64Array; // log probability of all alignments that end in a blank
  private readonly symbol: Float64Array; // ... that end in the prefix's last symbol
  private readonly likelihood: Float64Array; // of both
  private readonly nextNode: Int32Array; // those that the next beams are chosen from: the beams as they stay, then what goes on from them
  private readonly nextBlank: Float64Array;
  private readonly nextSymbol: Float64Array;
  private readonly nextLikelihood: Float64Array;
  private nextCount = 0;
  private readonly rank: Float64Array; // log scores of these
  private readonly chosen: Int32Array; // one of each state
  private readonly ordered: Float64Array;
  private floor = -Infinity; // log score that a next beam needs to be kept
  private readonly slot: Int32Array; // of a prefix in the next beams, valid where `slotFrame` is this frame
  private readonly slotFrame: Int32Array;
  private readonly tried: Uint8Array; // symbols of this frame, likeliest first
  private triedCount = 0;
  private readonly spoken: Float64Array; // log probability of each symbol in this frame, -Infinity where it is not tried

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
    [this.node, this.nextNode, this.chosen] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
    [this.blank, this.symbol, this.nextBlank, this.nextSymbol] = [doubles(), doubles(), doubles(), doubles()];
    [this.likelihood, this.nextLikelihood, this.rank, this.ordered] = [doubles(), doubles(), doubles(), doubles()];
    [this.slot, this.slotFrame] = [marks(), marks()];
    this.tried = new Uint8Array(Math.min(limits.candidates, vocabulary.length) + 1);
    this.spoken = new Float64Array(vocabulary.length);
    this.symbol[0] = -Infinity;
  }

  /** Log score of a beam: of the recogniser and of the language model. */
  total(beam: number): number {
    return this.likelihood[beam]! + this.tree.score[this.node[beam]!]!;
  }

  /** One frame: log probabilities of the symbols from `at` on. */
  step(row: Float32Array, at: number, frame: number): void {
    const { blank } = this.options;
    this.choose(row, at);
    const blankScore = row[at + blank]!;
    if (this.triedCount === 0) return this.stay(blankScore);
    this.makeRoom(this.triedCount + MOST_ALIKE);
    this.nextCount = 0;
    for (let b = 0; b < this.count; b++) this.slotOf(this.node[b]!, frame);
    for (let b = 0; b < this.count; b++) this.stayOn(b, frame, blankScore);
    this.raiseFloor();
    for (let b = 0; b < this.count; b++) this.goOn(b, frame, blankScore);
    this.keepBest();
  }

  /** The alignments of this frame that lead to a beam's prefix: from itself by a blank or a repeat, and from the prefix before where that is a beam. */
  private stayOn(b: number, frame: number, blankScore: number): void {
    const { tree } = this;
    const node = this.node[b]!;
    const [ofBlank, ofSymbol, total] = [this.blank[b]!, this.symbol[b]!, this.likelihood[b]!];
    const symbol = tree.symbol[node]!;
    this.nextBlank[b] = total + blankScore;
    if (node === tree.root) {
      this.nextBlank[b] = logSum(this.nextBlank[b]!, total + (this.spoken[this.space] ?? -Infinity)); // a space between no words is nothing
    } else if (this.spoken[symbol]! > -Infinity) {
      const score = this.spoken[symbol]!;
      let sum = ofSymbol + score;
      if (ofSymbol > ofBlank) tree.observe(node, frame, score, blankScore);
      if (symbol === this.space) sum = logSum(sum, ofBlank + score); // a second space, too
      const parent = tree.parent[node]!;
      if (this.slotFrame[parent] === frame) {
        const likelihood = this.before(symbol, this.slot[parent]!) + score;
        if (likelihood > total) tree.restart(node, frame); // spoken now rather than before
        sum = logSum(sum, likelihood);
        if (tree.start[node] === frame) tree.observe(node, frame, score, blankScore);
      }
      this.nextSymbol[b] = sum;
    }
    this.rate(b);
  }

  /** Log probability of a beam's alignments that `symbol` may follow as a new one: it comes twice only with a blank between. */
  private before(symbol: number, b: number): number {
    return this.tree.symbol[this.node[b]!] === symbol ? this.blank[b]! : this.likelihood[b]!;
  }

  /**
   * What other prefixes need beside the beams as they stay, whose states differ: with all of them kept there is room for what beats the worst. Only one alignment leads to such a prefix in a frame, so that its score is
   * known at once, and most are given up before anything is looked up. What is impossible has less than any floor.
   */
  private raiseFloor(): void {
    const { width, margin } = this.options.limits;
    let [best, worst] = [-Infinity, Infinity];
    for (let b = 0; b < this.count; b++) {
      const rank = this.rank[b]!;
      if (rank > best) best = rank;
      if (rank < worst) worst = rank;
    }
    this.floor = Math.max(-Number.MAX_VALUE, best - margin, this.count < width ? -Infinity : worst);
  }

  /** What a beam's prefix becomes by one symbol more, where that is no beam yet. */
  private goOn(b: number, frame: number, blankScore: number): void {
    const { tree, tried, spoken, space, scorer } = this;
    const node = this.node[b]!;
    const total = this.likelihood[b]!;
    const spaceScore = spoken[space] ?? -Infinity;
    if (spaceScore > -Infinity && !this.atWordStart(node)) {
      const endings = scorer ? scorer.endings(node) : 1;
      for (let ending = 0; ending < endings; ending++) this.follow(node, space, ending, total + spaceScore, frame, blankScore);
    }
    if (tree.letters[node]! >= LONGEST_WORD) return;
    const most = scorer ? scorer.most(node) : 0; // of the language model's score, whatever the letter
    for (let t = 0; t < this.triedCount; t++) {
      const symbol = tried[t]!;
      if (total + spoken[symbol]! + most < this.floor) break;
      if (symbol !== space) this.follow(node, symbol, 0, this.before(symbol, b) + spoken[symbol]!, frame, blankScore);
    }
  }

  /** A prefix and one symbol more as one of the next beams, if it is none yet and good enough. */
  private follow(node: number, symbol: number, ending: number, likelihood: number, frame: number, blankScore: number): void {
    const { tree, scorer } = this;
    let child = tree.child(node, symbol, ending);
    if (child < 0) {
      if (scorer && symbol !== this.space && likelihood + scorer.promise(node, symbol) < this.floor) return;
      child = this.add(node, symbol, ending);
    }
    const total = likelihood + tree.score[child]!;
    if (this.slotFrame[child] === frame || total < this.floor) return;
    tree.restart(child, frame);
    tree.observe(child, frame, this.spoken[symbol]!, blankScore);
    const slot = this.nextCount++;
    this.nextNode[slot] = child;
    this.nextBlank[slot] = -Infinity;
    this.nextSymbol[slot] = this.nextLikelihood[slot] = likelihood;
    this.rank[slot] = total;
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
        if (child < 0) child = this.add(node, space, ending);
        tree.restart(child, frame);
        this.pass(b, child, frame);
      }
    }
    for (let b = 0, whole = this.nextCount > 0; b < this.count && !whole; b++) {
      let node = this.node[b]!;
      while (!this.atWordStart(node)) node = tree.parent[node]!;
      this.pass(b, node, frame);
    }
    for (let slot = 0; slot < this.nextCount; slot++) this.rate(slot);
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
  private add(node: number, symbol: number, ending: number): number {
    const { tree, scorer } = this;
    const child = tree.add(node, symbol, ending);
    tree.letters[child] = symbol === this.space ? 0 : tree.letters[node]! + 1;
    tree.score[child] = scorer ? scorer.extend(node, child, symbol, ending) : 0;
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
    this.spoken.fill(-Infinity);
    for (let t = 0; t < this.triedCount; t++) this.spoken[tried[t]!] = row[at + tried[t]!]!;
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

  /** Takes the sum of a next beam's alignments, and its log score. */
  private rate(slot: number): void {
    const sum = logSum(this.nextBlank[slot]!, this.nextSymbol[slot]!);
    this.nextLikelihood[slot] = sum;
    this.rank[slot] = sum + this.tree.score[this.nextNode[slot]!]!;
  }

  private keepBest(): void {
    const { width, margin } = this.options.limits;
    const { rank, ordered, chosen, states } = this;
    let best = -Infinity;
    let distinct = 0;
    states?.clear();
    for (let slot = 0; slot < this.nextCount; slot++) {
      const place = states ? states.placeOf(this.nextNode[slot]!, distinct) : distinct;
      if (place === distinct) distinct++;
      else if (rank[slot]! <= ordered[place]!) continue; // what goes on alike never catches up
      chosen[place] = slot;
      ordered[place] = rank[slot]!;
      if (rank[slot]! > best) best = rank[slot]!;
    }
    let floor = best - margin;
    if (distinct > width) floor = Math.max(floor, selectAscending(ordered, distinct, distinct - width));
    let equals = width; // that are kept of those just at the floor
    for (let place = 0; place < distinct; place++) if (ordered[place]! > floor) equals--;
    let first = 0;
    this.count = 0;
    for (let place = 0; place < distinct; place++) {
      const slot = chosen[place]!;
      if (rank[slot]! < floor || (rank[slot] === floor && equals-- <= 0)) continue;
      if (rank[slot] === best) first = this.count;
      this.take(slot, this.count++);
    }
    for (const values of [this.node, this.blank, this.symbol, this.likelihood]) swap(values, 0, first);
  }

  private take(slot: number, beam: number): void {
    this.node[beam] = this.nextNode[slot]!;
    this.blank[beam] = this.nextBlank[slot]!;
    this.symbol[beam] = this.nextSymbol[slot]!;
    this.likelihood[beam] = this.nextLikelihood[slot]!;
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
