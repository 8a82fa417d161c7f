/** The words of a language model as a tree of letters. Nodes are numbered breadth first, so that the children of a node follow each other; 0 is the root. */
export class Lexicon {
  private readonly letters: Uint32Array; // bit s: a child by letter s
  private readonly firstChild: Uint32Array;
  private readonly word: Int32Array; // that ends at the node, or -1
  private readonly ahead: Float32Array; // ln of the sum of the probabilities of all words below

  /**
   * spellings: the letters (0 to 31) of each word, undefined for those that cannot be said. Of equal spellings the first counts.
   * score: ln p of each word by itself.
   */
  constructor(spellings: readonly (Uint8Array | undefined)[], score: (word: number) => number) {
    const words = spellings.flatMap((spelling, word) => (spelling && spelling.length > 0 ? word : [])).sort((a, b) => compare(spellings[a]!, spellings[b]!) || a - b);
    const size = 1 + words.reduce((sum, word, i) => sum + spellings[word]!.length - (i > 0 ? commonLength(spellings[words[i - 1]!]!, spellings[word]!) : 0), 0);
    this.letters = new Uint32Array(size);
    this.firstChild = new Uint32Array(size);
    this.word = new Int32Array(size).fill(-1);
    this.ahead = new Float32Array(size).fill(-Infinity);

    let made = 1;
    let level = [{ node: 0, from: 0, to: words.length }]; // words[from..to) begin as the node does
    for (let depth = 0; level.length > 0; depth++) {
      const next: typeof level = [];
      for (const { node, from, to } of level) {
        let at = from;
        for (; at < to && spellings[words[at]!]!.length === depth; at++) if (this.word[node]! < 0) this.word[node] = words[at]!;
        this.firstChild[node] = made;
        while (at < to) {
          const letter = spellings[words[at]!]![depth]!;
          const start = at;
          while (at < to && spellings[words[at]!]![depth] === letter) at++;
          this.letters[node]! |= 1 << letter;
          next.push({ node: made++, from: start, to: at });
        }
      }
      level = next;
    }
    for (let node = size - 1; node >= 0; node--) {
      let sum = this.word[node]! < 0 ? 0 : Math.exp(score(this.word[node]!));
      for (let i = 0; i < bitCount(this.letters[node]!); i++) sum += Math.exp(this.ahead[this.firstChild[node]! + i]!);
      this.ahead[node] = Math.log(sum);
    }
  }

  /** The node behind `letter`, -1 where no word goes on so. */
  child(node: number, letter: number): number {
    const there = this.letters[node]!;
    const bit = 1 << letter;
    return there & bit ? this.firstChild[node]! + bitCount(there & (bit - 1)) : -1;
  }

  wordAt(node: number): number {
    return this.word[node]!;
  }

  /** ln of the probability that a word begins as the node does. */
  aheadOf(node: number): number {
    return this.ahead[node]!;
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = commonLength(a, b);
  return (a[at] ?? -1) - (b[at] ?? -1);
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function bitCount(bits: number): number {
  let v = bits - ((bits >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
