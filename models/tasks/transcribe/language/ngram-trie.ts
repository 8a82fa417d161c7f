/**
 * An n-gram model in back-off form, as arrays: the n-grams of order k lie sorted by their first k - 1 words, then by the last. Quantised to 256 values an array.
 * ln p(w | h) is that of the longest listed n-gram h' w, plus the back-off weights of the longer contexts that were given up (Katz, 1987).
 * Written by models/training/speech/language/pack.py.
 */
import type { WeightMap } from '../../../checkpoints/safetensors';
import { ModelError } from '../../../errors';

interface Order {
  word: Uint16Array | undefined; // none for single words: the index is the word
  probability: Float32Array; // natural logarithm
  backOff: Float32Array | undefined; // of the n-gram as a context; none for the longest
  begin: Uint32Array | undefined; // of the n-grams of the next order that go on from it; one more than there are n-grams
}

export class NgramTrie {
  /** Words that a context can hold; a context takes as many places: index of its last word, of its last two words, ..., -1 where not listed. */
  readonly contextLength: number;

  private constructor(private readonly orders: readonly Order[]) {
    this.contextLength = orders.length - 1;
  }

  /** Reads `<name>.1.probability` and so on. Throws ModelError BAD_CHECKPOINT where sizes, orders or numbers do not fit. */
  static read(tensors: WeightMap, name: string, words: number): NgramTrie {
    const orders: Order[] = [];
    let expected = words;
    for (let k = 1; ; k++) {
      const key = `${name}.${k}`;
      const last = !tensors.has(`${key}.children`);
      const probability = decoded(tensors, `${key}.probability`, expected);
      const word = k === 1 ? undefined : wholeNumbers(tensors, `${key}.word`, expected, words);
      const begin = last ? undefined : begins(wholeNumbers(tensors, `${key}.children`, expected, 65536));
      const backOff = last ? undefined : decoded(tensors, `${key}.back_off`, expected);
      if (word) checkSorted(word, orders[k - 2]!.begin!, `${key}.word`);
      orders.push({ word, probability, backOff, begin });
      if (last) return new NgramTrie(orders);
      expected = begin![expected]!;
    }
  }

  get words(): number {
    return this.orders[0]!.probability.length;
  }

  /** ln p(word) without any context. */
  unigram(word: number): number {
    return this.orders[0]!.probability[word]!;
  }

  /** The context of nothing but `word`. */
  begin(word: number, contexts: Int32Array, at: number): void {
    contexts.fill(-1, at, at + this.contextLength);
    contexts[at] = word;
  }

  /** ln p(word | the context at `from` in `contexts`); writes the context behind `word` to `to`, which may not overlap. */
  advance(word: number, contexts: Int32Array, from: number, to: number): number {
    const longest = this.contextLength;
    let score = this.unigram(word);
    let backOff = 0;
    if (longest > 0) contexts[to] = word;
    for (let length = 1; length <= longest; length++) {
      const context = contexts[from + length - 1]!;
      const found = context < 0 ? -1 : this.find(length, context, word);
      if (found >= 0) {
        score = this.orders[length]!.probability[found]!;
        backOff = 0;
      } else if (context >= 0) backOff += this.orders[length - 1]!.backOff![context]!;
      if (length < longest) contexts[to + length] = found;
    }
    return score + backOff;
  }

  /** Index among the n-grams of order `length` + 1, -1 where there is none. */
  private find(length: number, context: number, word: number): number {
    const { begin } = this.orders[length - 1]!;
    const words = this.orders[length]!.word!;
    let low = begin![context]!;
    let high = begin![context + 1]! - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const there = words[middle]!;
      if (there === word) return middle;
      if (there < word) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

function tensor(tensors: WeightMap, name: string, size?: number): Float32Array {
  const found = tensors.get(name);
  if (!found) throw bad(`the tensor ${name} is missing`);
  const count = found.shape.reduce((product, dim) => product * dim, 1);
  if (found.shape.length !== 1 || (size !== undefined && count !== size)) throw bad(`${name} has the shape [${found.shape}], expected [${size ?? 'any length'}]`);
  return found.toFloat32();
}

/** Codes looked up in their codebook. */
function decoded(tensors: WeightMap, name: string, size: number): Float32Array {
  const book = tensor(tensors, `${name}.values`);
  if (!book.every(Number.isFinite)) throw bad(`${name}.values holds a value that is not finite`);
  const values = tensor(tensors, name, size); // the codes at first
  for (let i = 0; i < values.length; i++) {
    const value = book[values[i]!]; // of what is no code: undefined
    if (value === undefined) throw notWhole(name, values[i]!, book.length);
    values[i] = value;
  }
  return values;
}

function wholeNumbers(tensors: WeightMap, name: string, size: number, limit: number): Uint16Array {
  const values = tensor(tensors, name, size);
  const whole = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    whole[i] = value;
    if (whole[i] !== value || value >= limit) throw notWhole(name, value, limit);
  }
  return whole;
}

function notWhole(name: string, value: number, limit: number): ModelError {
  return bad(`${name} holds ${value}, expected whole numbers from 0 to ${limit - 1}`);
}

function begins(children: Uint16Array): Uint32Array {
  const begin = new Uint32Array(children.length + 1);
  for (let i = 0; i < children.length; i++) begin[i + 1] = begin[i]! + children[i]!;
  return begin;
}

function checkSorted(words: Uint16Array, begin: Uint32Array, name: string): void {
  for (let context = 0; context + 1 < begin.length; context++) {
    for (let i = begin[context]! + 1; i < begin[context + 1]!; i++) {
      if (words[i]! <= words[i - 1]!) throw bad(`${name} is not sorted within context ${context}`);
    }
  }
}

function bad(reason: string): ModelError {
  return new ModelError('BAD_CHECKPOINT', `not a language model: ${reason}`, 'Install the model again; its language model is damaged or of another version.');
}
