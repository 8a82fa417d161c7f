/**
 * The texts that a beam search follows, as a tree of symbols in arrays: a prefix is its last symbol and the prefix before. Room is fixed; `sweep` frees what no beam needs.
 * Times and peaks are of the prefix's last symbol.
 */
export class PrefixTree {
  root = 0;
  readonly parent: Int32Array;
  readonly symbol: Uint8Array;
  private readonly ending: Uint8Array; // at a space: which of the words that sound alike it ends
  readonly letters: Uint16Array; // since the last space
  readonly start: Int32Array; // first frame
  readonly end: Int32Array; // first frame behind it
  readonly peak: Float32Array; // highest log posterior
  readonly leads: Uint8Array; // whether it has beaten the blank in some frame
  readonly score: Float64Array; // of the language model, over the whole prefix
  readonly share: Float32Array; // at a space: of its word among the alternatives; 0 while not weighed
  private readonly firstChild: Int32Array; // -1 where there is none
  private readonly sibling: Int32Array; // the next child of the same prefix, -1 behind the last
  private readonly free: Int32Array;
  private freeCount = 0;

  /** `blank`: the symbol of the root. */
  constructor(readonly capacity: number, blank: number) {
    this.parent = new Int32Array(capacity).fill(-1);
    this.symbol = new Uint8Array(capacity);
    this.ending = new Uint8Array(capacity);
    this.letters = new Uint16Array(capacity);
    this.start = new Int32Array(capacity);
    this.end = new Int32Array(capacity);
    this.peak = new Float32Array(capacity).fill(-Infinity);
    this.leads = new Uint8Array(capacity);
    this.score = new Float64Array(capacity);
    this.share = new Float32Array(capacity);
    this.firstChild = new Int32Array(capacity).fill(-1);
    this.sibling = new Int32Array(capacity).fill(-1);
    this.free = new Int32Array(capacity);
    this.symbol[this.root] = blank;
    for (let node = capacity - 1; node > 0; node--) this.free[this.freeCount++] = node;
  }

  get room(): number {
    return this.freeCount;
  }

  /** The prefix and one symbol more, -1 where it is not in the tree. */
  child(node: number, symbol: number, ending = 0): number {
    let at = this.firstChild[node]!;
    while (at >= 0 && (this.symbol[at] !== symbol || this.ending[at] !== ending)) at = this.sibling[at]!;
    return at;
  }

  add(parent: number, symbol: number, ending = 0): number {
    const node = this.free[--this.freeCount]!;
    this.parent[node] = parent;
    this.symbol[node] = symbol;
    this.ending[node] = ending;
    this.share[node] = 0;
    this.firstChild[node] = -1;
    this.sibling[node] = this.firstChild[parent]!;
    this.firstChild[parent] = node;
    return node;
  }

  /** The symbol is spoken from `frame` on rather than before. */
  restart(node: number, frame: number): void {
    this.start[node] = frame;
    this.end[node] = frame + 1;
    this.peak[node] = -Infinity;
    this.leads[node] = 0;
  }

  /** The span of a symbol is where it beats the blank or, if it never does, the frame of its highest posterior. */
  observe(node: number, frame: number, posterior: number, blank: number): void {
    const better = this.leads[node] === 0 && posterior > this.peak[node]!;
    const leads = posterior > blank;
    if (leads ? this.leads[node] === 0 : better) this.start[node] = frame;
    if (leads || better) this.end[node] = frame + 1;
    if (leads) this.leads[node] = 1;
    if (posterior > this.peak[node]!) this.peak[node] = posterior;
  }

  /** Frees all but the prefixes of `kept`. */
  sweep(kept: Int32Array): void {
    const marked = new Uint8Array(this.capacity);
    marked[this.root] = 1;
    for (const leaf of kept) for (let node = leaf; !marked[node]; node = this.parent[node]!) marked[node] = 1;
    this.freeCount = 0;
    this.firstChild.fill(-1);
    for (let node = this.capacity - 1; node >= 0; node--) {
      if (!marked[node]) this.free[this.freeCount++] = node;
      else if (node !== this.root) {
        this.sibling[node] = this.firstChild[this.parent[node]!]!;
        this.firstChild[this.parent[node]!] = node;
      }
    }
  }
}
