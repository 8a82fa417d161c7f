/** A language model as the decoder needs it: words by their letters, and letters of words that it does not know. Read from one safetensors file. */
import { readSafetensors, type WeightMap } from '../../../checkpoints/safetensors';
import { ModelError } from '../../../errors';
import { Lexicon, type Spellings } from './lexicon';
import { NgramTrie } from './ngram-trie';

const START = 0; // <s>
const UNKNOWN = 1; // <unk>
const FIRST_LETTER = 1; // of the spelling model; its 0 begins a word, its first letter, the space, ends one

export class LanguageModel {
  private constructor(
    readonly words: NgramTrie,
    readonly spelling: NgramTrie,
    readonly lexicon: Lexicon,
    private readonly forms: readonly string[],
    /** Recogniser's symbol -> letter of the spelling model, -1 for the blank. */
    readonly letterOf: Int8Array,
    readonly space: number, // the recogniser's symbol
  ) {}

  /** `vocabulary`: the recogniser's characters. Throws ModelError BAD_CHECKPOINT. */
  static open(bytes: Uint8Array, vocabulary: readonly string[]): LanguageModel {
    const tensors = readSafetensors(bytes);
    const letters = textOf(tensors, 'letters');
    const forms = textOf(tensors, 'words').split('\n');
    const letterOf = Int8Array.from(vocabulary, (character) => (character === '' ? -1 : FIRST_LETTER + letters.indexOf(character)));
    const missing = vocabulary.find((character, symbol) => character !== '' && letterOf[symbol] === FIRST_LETTER - 1);
    if (missing !== undefined) throw mismatch(`it has no letter "${missing}"`);
    if (letters[0] !== ' ' || vocabulary.length > 32) throw mismatch('its letters are not those of the recogniser');
    const symbolOf = new Map(vocabulary.map((character, symbol) => [character, symbol]));
    const words = NgramTrie.read(tensors, 'word', forms.length);
    const spelling = NgramTrie.read(tensors, 'letter', letters.length + FIRST_LETTER);
    const lexicon = new Lexicon(spell(forms, symbolOf), (word) => words.unigram(word));
    return new LanguageModel(words, spelling, lexicon, forms, letterOf, symbolOf.get(' ')!);
  }

  readonly start = START;
  readonly unknown = UNKNOWN;
  readonly wordBegin = 0; // of the spelling model

  /** How the word is written where no sentence begins: London, the. */
  form(word: number): string {
    return this.forms[word]!;
  }
}

function spell(forms: readonly string[], symbolOf: ReadonlyMap<string, number>): Spellings {
  const capitals = forms.map((form, word) => (word <= UNKNOWN ? '' : form.toUpperCase()));
  const letters = new Uint8Array(capitals.reduce((sum, form) => sum + form.length, 0));
  const begin = new Uint32Array(forms.length + 1);
  for (const [word, form] of capitals.entries()) {
    let end = begin[word]!;
    for (const character of form) {
      const symbol = symbolOf.get(character);
      if (symbol === undefined) {
        end = begin[word]!; // it cannot be said
        break;
      }
      letters[end++] = symbol;
    }
    begin[word + 1] = end;
  }
  return { letters: letters.slice(0, begin[forms.length]), begin };
}

function textOf(tensors: WeightMap, name: string): string {
  const tensor = tensors.get(name);
  if (!tensor) throw mismatch(`it has no text ${name}`);
  return new TextDecoder().decode(Uint8Array.from(tensor.toFloat32()));
}

function mismatch(reason: string): ModelError {
  return new ModelError('BAD_CHECKPOINT', `not a language model of this recogniser: ${reason}`, 'Install the model again; its language model is damaged or of another version.');
}
