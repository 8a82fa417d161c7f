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
    const ways = kind === 'letters' ? inLetters(forms, symbolOf) : inPhones(textOf(tensors, 'pronunciations').split('\n'), forms, symbolOf);
    return new LanguageModel(words, new Lexicon(gather(ways), (word) => words.unigram(word)), letters, forms, symbols.indexOf(' '));
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

type Way = [word: number, symbols: readonly number[]];

function* inLetters(forms: readonly string[], symbolOf: ReadonlyMap<string, number>): Generator<Way> {
  for (let word = UNKNOWN + 1; word < forms.length; word++) {
    const symbols: number[] = [];
    for (const letter of forms[word]!.toUpperCase()) symbols.push(symbolOf.get(letter) ?? -1);
    if (!symbols.includes(-1)) yield [word, symbols]; // else it cannot be said
  }
}

/** A line a word: its ways with | between, each of them phones with spaces between; an empty one cannot be said. */
function* inPhones(lines: readonly string[], forms: readonly string[], symbolOf: ReadonlyMap<string, number>): Generator<Way> {
  if (lines.length !== forms.length) throw mismatch(`it has ${lines.length} pronunciations for ${forms.length} words`);
  for (let word = UNKNOWN + 1; word < lines.length; word++) {
    if (lines[word] === '') continue;
    for (const way of lines[word]!.split('|')) {
      yield [word, way.split(' ').map((phone) => {
        const symbol = phone === '' ? undefined : symbolOf.get(phone);
        if (symbol === undefined) throw mismatch(`"${lines[word]}", how "${forms[word]}" is said, has the unknown phone "${phone}"`);
        return symbol;
      })];
    }
  }
}

function gather(ways: Iterable<Way>): Spellings {
  const symbols: number[] = [];
  const begin = [0];
  const words: number[] = [];
  for (const [word, spelling] of ways) {
    words.push(word);
    for (const symbol of spelling) symbols.push(symbol);
    begin.push(symbols.length);
  }
  return { symbols: Uint8Array.from(symbols), begin: Uint32Array.from(begin), word: Int32Array.from(words) };
}

function textOf(tensors: WeightMap, name: string): string {
  const tensor = tensors.get(name);
  if (!tensor) throw mismatch(`it has no text ${name}`);
  return new TextDecoder().decode(new Uint8Array(tensor.toFloat32()));
}

function mismatch(reason: string): ModelError {
  return new ModelError('BAD_CHECKPOINT', `not a language model of this recogniser: ${reason}`, 'Install the model again; its language model is damaged or of another version.');
}
