const LETTERS = 32;

/** Word w is spelled letters[begin[w]..begin[w + 1]), each of them below 32; a word that cannot be said has none. */
export interface Spellings {
  letters: Uint8Array;
  begin: Uint32Array;
}

/** The words of a language model as a tree of letters. Nodes are numbered breadth first, so that the children of a node follow each other; 0 is the root. */
export class Lexicon {
  private readonly letters: Uint32Array; // bit s: a child by letter s
  private readonly firstChild: Uint32Array;
  private readonly word: Int32Array; // that ends at the node, or -1
  private readonly ahead: Float32Array; // ln of the sum of the probabilities of all words below

  /** score: ln p of each word by itself. Of words that are spelled alike the first counts. */
  constructor({ letters, begin }: Spellings, score: (word: number) => number) {
    const most = 1 + letters.length; // nodes
    const there = new Uint32Array(most);
    const firstChild = new Uint32Array(most);
    const ending = new Int32Array(most).fill(-1);

    let words = Int32Array.from(begin.subarray(1), (_, word) => word).filter((word) => begin[word + 1]! > begin[word]!);
    let from = Int32Array.of(0, words.length); // words[from[i]..from[i + 1]) begin as node `first + i` does: a level of the tree
    let size = 1;
    const next = new Int32Array(LETTERS); // by letter: how many words go on with it, then where the next of them goes
    for (let depth = 0, first = 0; first < size; depth++) {
      const end = size;
      const sorted = new Int32Array(words.length);
      const fromNext = new Int32Array(words.length + 1);
      let kept = 0; // in `sorted`: words that go on
      for (let node = first; node < end; node++) {
        const [start, stop] = [from[node - first]!, from[node - first + 1]!];
        let present = 0;
        for (let i = start; i < stop; i++) {
          const word = words[i]!;
          const place = begin[word]! + depth;
          if (place === begin[word + 1]) {
            if (ending[node]! < 0) ending[node] = word;
            continue;
          }
          const letter = letters[place]!;
          next[letter] = present & (1 << letter) ? next[letter]! + 1 : 1;
          present |= 1 << letter;
        }
        there[node] = present;
        firstChild[node] = size;
        for (let rest = present; rest !== 0; rest &= rest - 1) {
          const letter = 31 - Math.clz32(rest & -rest);
          const count = next[letter]!;
          next[letter] = kept;
          kept += count;
          fromNext[++size - end] = kept;
        }
        for (let i = start; i < stop; i++) {
          const place = begin[words[i]!]! + depth;
          if (place < begin[words[i]! + 1]!) sorted[next[letters[place]!]!++] = words[i]!;
        }
      }
      first = end;
      [words, from] = [sorted, fromNext];
    }
    this.letters = there.slice(0, size);
    this.firstChild = firstChild.slice(0, size);
    this.word = ending.slice(0, size);
    this.ahead = new Float32Array(size).fill(-Infinity);
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

function bitCount(bits: number): number {
  let v = bits - ((bits >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
