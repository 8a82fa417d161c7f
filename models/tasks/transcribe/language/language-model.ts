/** A language model as the decoder needs it: words by the symbols of a recogniser, its letters or its phones. Read from one safetensors file. */
import { readSafetensors, type WeightMap } from '../../../checkpoints/safetensors';
import { ModelError } from '../../../errors';
import { Lexicon, SYMBOLS, type Spellings } from './lexicon';
import { NgramTrie } from './ngram-trie';
import type { LetterModel } from './unknown-words';

const START = 0; // <s>
const UNKNOWN = 1; // <unk>
const FIRST_LETTER = 1; // of the letter model; its 0 begins a word, its first letter, the space, ends one

export class LanguageModel {
  private constructor(
    readonly words: NgramTrie,
    readonly lexicon: Lexicon,
    readonly letters: LetterModel | undefined, // of words that it does not know; with phones there are none
    private readonly forms: readonly string[],
    readonly space: number, // the recogniser's symbol
  ) {}

  /** `symbols`: the recogniser's. Throws ModelError BAD_CHECKPOINT. */
  static open(bytes: Uint8Array, symbols: readonly string[], kind: 'letters' | 'phones' = 'letters'): LanguageModel {
    if (symbols.length > SYMBOLS) throw mismatch(`it takes at most ${SYMBOLS} symbols, not ${symbols.length}`);
    const tensors = readSafetensors(bytes);
    const forms = textOf(tensors, 'words').split('\n');
    const symbolOf = new Map(symbols.map((symbol, i) => [symbol, i]));
    const letters = kind === 'letters' ? letterModel(tensors, symbols) : undefined;
    const words = NgramTrie.read(tensors, 'word', forms.length);
    const spellings = kind === 'letters' ? inLetters(forms, symbolOf) : inPhones(bytesOf(tensors, 'pronunciations'), forms, symbolOf);
    return new LanguageModel(words, new Lexicon(spellings, (word) => words.unigram(word)), letters, forms, symbols.indexOf(' '));
  }

  readonly start = START;
  readonly unknown = UNKNOWN;

  /** How the word is written where no sentence begins: London, the. */
  form(word: number): string {
    return this.forms[word]!;
  }
}

function letterModel(tensors: WeightMap, symbols: readonly string[]): LetterModel {
  const letters = textOf(tensors, 'letters');
  const letterOf = Int8Array.from(symbols, (symbol) => (symbol === '' ? -1 : FIRST_LETTER + letters.indexOf(symbol)));
  const missing = symbols.find((symbol, i) => symbol !== '' && letterOf[i] === FIRST_LETTER - 1);
  if (missing !== undefined) throw mismatch(`it has no letter "${missing}"`);
  if (letters[0] !== ' ') throw mismatch('its letters are not those of the recogniser');
  return { ngrams: NgramTrie.read(tensors, 'letter', letters.length + FIRST_LETTER), letterOf, space: symbols.indexOf(' ') };
}

/** Spellings one after the other; `most`: symbols of all of them together, at most. */
class SpellingList {
  private readonly symbols: Uint8Array;
  private readonly begin = [0];
  private readonly word: number[] = [];
  private size = 0;

  constructor(most: number) {
    this.symbols = new Uint8Array(most);
  }

  add(symbol: number): void {
    this.symbols[this.size++] = symbol;
  }

  /** What was added since the last one is how `word` is spelt. */
  end(word: number): void {
    this.word.push(word);
    this.begin.push(this.size);
  }

  finish(): Spellings {
    return { symbols: this.symbols.slice(0, this.size), begin: Uint32Array.from(this.begin), word: Int32Array.from(this.word) };
  }
}

function inLetters(forms: readonly string[], symbolOf: ReadonlyMap<string, number>): Spellings {
  const capitals = forms.map((form) => form.toUpperCase());
  const list = new SpellingList(capitals.reduce((sum, { length }) => sum + length, 0));
  for (let word = UNKNOWN + 1; word < forms.length; word++) {
    const symbols = Array.from(capitals[word]!, (letter) => symbolOf.get(letter) ?? -1);
    if (symbols.includes(-1)) continue; // it cannot be said
    for (const symbol of symbols) list.add(symbol);
    list.end(word);
  }
  return list.finish();
}

const [SPACE, BAR, LINE] = Array.from(' |\n', (mark) => mark.charCodeAt(0)) as [number, number, number];
const appended = (code: number, byte: number) => code * 256 + byte;

/** A line a word: its ways with | between, each of them phones with spaces between; an empty one cannot be said. There are a million bytes, too many to be cut into strings. */
function inPhones(text: Uint8Array, forms: readonly string[], symbolOf: ReadonlyMap<string, number>): Spellings {
  const byCode = new Map(Array.from(symbolOf, ([phone, symbol]) => [new TextEncoder().encode(phone).reduce(appended, 0), symbol]));
  const list = new SpellingList(text.length);
  let [word, line] = [0, 0]; // the line's first byte
  let [code, phone] = [0, 0]; // of the phone so far, and its first byte
  for (let i = 0; i <= text.length; i++) {
    const byte = text[i] ?? LINE;
    if (byte !== SPACE && byte !== BAR && byte !== LINE) {
      code = appended(code, byte);
      continue;
    }
    const empty = byte === LINE && i === line;
    if (word > UNKNOWN && !empty) {
      const symbol = i === phone ? undefined : byCode.get(code);
      if (symbol === undefined) throw mismatch(`"${decode(text.subarray(line)).split('\n', 1)[0]}", how "${forms[word]}" is said, has the unknown phone "${decode(text.subarray(phone, i))}"`);
      list.add(symbol);
      if (byte !== SPACE) list.end(word);
    }
    [code, phone] = [0, i + 1];
    if (byte === LINE) [word, line] = [word + 1, i + 1];
  }
  if (word !== forms.length) throw mismatch(`it has ${word} pronunciations for ${forms.length} words`);
  return list.finish();
}

function textOf(tensors: WeightMap, name: string): string {
  return decode(bytesOf(tensors, name));
}

function bytesOf(tensors: WeightMap, name: string): Uint8Array {
  const tensor = tensors.get(name);
  if (!tensor) throw mismatch(`it has no text ${name}`);
  return new Uint8Array(tensor.toFloat32());
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function mismatch(reason: string): ModelError {
  return new ModelError('BAD_CHECKPOINT', `not a language model of this recogniser: ${reason}`, 'Install the model again; its language model is damaged or of another version.');
}
