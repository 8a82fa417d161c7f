/** Symbols of a recogniser, at most. */
export const SYMBOLS = 64;
/** Words of one spelling that a lexicon tells apart, at most: the likeliest by themselves. */
export const MOST_ALIKE = 8;
/** Symbols of a word, at most: longer ones are left out. */
export const LONGEST_WORD = 60;

/** Spelling s is symbols[begin[s]..begin[s + 1]), each of them below SYMBOLS, and stands for word[s]. A word may have none or several; those of a word follow each other. */
export interface Spellings {
  symbols: Uint8Array;
  begin: Uint32Array;
  word: Int32Array;
}

/** The words of a language model as a tree of symbols. Nodes are numbered breadth first, so that the children of a node follow each other; 0 is the root. */
export class Lexicon {
  private readonly symbol: Uint8Array; // that leads to the node; ascending among siblings
  private readonly firstChild: Uint32Array; // one more than there are nodes
  private readonly next: Uint32Array; // the symbols of a node's children as bits, two numbers a node: most questions are answered by no
  private readonly word: Int32Array; // that end at a node, likeliest first
  private readonly firstWord: Uint32Array; // in `word`; one more than there are nodes
  private readonly ahead: Float32Array; // ln of the sum of the probabilities of all words that begin so

  /** score: ln p of each word by itself. */
  constructor(spellings: Spellings, score: (word: number) => number) {
    const { symbols, begin } = spellings;
    const order = sorted(spellings);
    const most = 1 + symbols.length; // nodes
    const [symbol, depth] = [new Uint8Array(most), new Uint8Array(most)];
    const [from, to] = [new Int32Array(most), new Int32Array(most)]; // order[from[node]..to[node]) begin as the node does
    const [firstChild, firstWord] = [new Uint32Array(most + 1), new Uint32Array(most + 1)];
    const ahead = new Float32Array(most);
    const ending = new Int32Array(order.length);
    const summed = new Int32Array(spellings.word.reduce((highest, word) => Math.max(highest, word), 0) + 1).fill(-1); // the last node that a word was counted at
    const probability = Float64Array.from(summed, (_, word) => Math.exp(score(word)));
    let [size, words] = [1, 0];
    to[0] = order.length;
    for (let node = 0; node < size; node++) {
      firstChild[node] = size;
      firstWord[node] = words;
      let sum = 0;
      for (let i = from[node]!; i < to[node]!; i++) {
        const spelling = order[i]!;
        const word = spellings.word[spelling]!;
        const place = begin[spelling]! + depth[node]!;
        if (summed[word] !== node) sum += probability[word]!;
        summed[word] = node;
        if (place === begin[spelling + 1]) {
          if (words === firstWord[node] || ending[words - 1] !== word) ending[words++] = word;
        } else {
          if (size === firstChild[node] || symbol[size - 1] !== symbols[place]) {
            symbol[size] = symbols[place]!;
            depth[size] = depth[node]! + 1;
            from[size++] = i;
          }
          to[size - 1] = i + 1;
        }
      }
      ahead[node] = Math.log(sum);
      if (words - firstWord[node]! > 1) ending.subarray(firstWord[node], words).sort((a, b) => score(b) - score(a));
      words = Math.min(words, firstWord[node]! + MOST_ALIKE);
    }
    firstChild[size] = size;
    firstWord[size] = words;
    this.symbol = symbol.slice(0, size);
    this.firstChild = firstChild.slice(0, size + 1);
    this.next = new Uint32Array(2 * size);
    for (let node = 0; node < size; node++) for (let child = firstChild[node]!; child < firstChild[node + 1]!; child++) this.next[2 * node + (symbol[child]! >> 5)]! |= 1 << symbol[child]!;
    this.word = ending.slice(0, words);
    this.firstWord = firstWord.slice(0, size + 1);
    this.ahead = ahead.slice(0, size);
  }

  /** The node behind `symbol`, -1 where no word goes on so. */
  child(node: number, symbol: number): number {
    if (((this.next[2 * node + (symbol >> 5)]! >>> symbol) & 1) === 0) return -1;
    let low = this.firstChild[node]!;
    let high = this.firstChild[node + 1]! - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.symbol[middle]! < symbol) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many words end at the node. */
  wordsAt(node: number): number {
    return this.firstWord[node + 1]! - this.firstWord[node]!;
  }

  /** One of them, the likeliest first; -1 where there are fewer. */
  wordAt(node: number, which = 0): number {
    return which < this.wordsAt(node) ? this.word[this.firstWord[node]! + which]! : -1;
  }

  /** ln of the probability that a word begins as the node does. */
  aheadOf(node: number): number {
    return this.ahead[node]!;
  }
}

/** The spellings in ascending order, by a radix sort from their last symbols to the first: each comes in at its own length. */
function sorted({ symbols, begin, word }: Spellings): Int32Array {
  const ofLength: number[][] = Array.from({ length: LONGEST_WORD + 1 }, () => []);
  for (let spelling = 0; spelling < word.length; spelling++) ofLength[begin[spelling + 1]! - begin[spelling]!]?.push(spelling);
  let order = new Int32Array(0);
  for (let length = LONGEST_WORD; length > 0; length--) {
    const longer = order;
    const coming = ofLength[length]!;
    const next = new Int32Array(SYMBOLS + 1); // by symbol: where in the new order its next spelling goes
    const symbol = (spelling: number) => symbols[begin[spelling]! + length - 1]!;
    for (const spelling of coming) next[symbol(spelling) + 1]!++;
    for (const spelling of longer) next[symbol(spelling) + 1]!++;
    for (let i = 1; i < SYMBOLS; i++) next[i]! += next[i - 1]!;
    order = new Int32Array(coming.length + longer.length);
    for (const spelling of coming) order[next[symbol(spelling)]!++] = spelling;
    for (const spelling of longer) order[next[symbol(spelling)]!++] = spelling;
  }
  return order;
}
