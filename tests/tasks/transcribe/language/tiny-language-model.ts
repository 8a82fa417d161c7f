/** Language models small enough to be read: their tables in plain numbers, the files that hold them, and their score by looking them up. */
import { writeSafetensors } from '../../../../models/checkpoints/safetensors';

type Table = Record<string, [probability: number, backOff?: number]>;

const WORDS = ['<s>', '<unk>', 'a', 'ab', 'b', 'ba'];
const WORD_ORDERS: Table[] = [
  { '<s>': [-99, -0.3], '<unk>': [-2.5, 0], a: [-1.2, -0.4], ab: [-1.6, -0.2], b: [-1.9, -0.7], ba: [-2.2, 0] },
  { '<s> ab': [-0.5, -0.6], 'a b': [-0.4, -0.1], 'ab a': [-0.7, -0.5], 'b ba': [-0.9, 0] },
  { '<s> ab a': [-0.2], 'ab a b': [-0.15] },
];
/** `^` begins a word, the space ends it. */
const LETTERS = ['^', ' ', 'A', 'B'];
const LETTER_ORDERS: Table[] = [
  { '^': [-99, -0.2], ' ': [-1.1, 0], A: [-1, -0.3], B: [-1.3, -0.4] },
  { '^ A': [-0.6], 'A B': [-0.5], 'B  ': [-0.8] },
];

/** Words by their sounds. */
const SAID = { '<s>': '', '<unk>': '', oo: 'uw uw|uw t', to: 't', too: 't uw', two: 't uw', un: '' };
const SAID_WORDS = Object.keys(SAID);
const SAID_ORDERS: Table[] = [
  { '<s>': [-99, -0.3], '<unk>': [-2.5, 0], oo: [-1.7, -0.3], to: [-1.1, -0.2], too: [-1.5, -0.6], two: [-1.9, -0.1], un: [-2, 0] },
  { '<s> two': [-0.6, -0.2], 'to two': [-0.3, -0.4], 'two oo': [-0.8, 0], 'oo too': [-0.5, -0.3] },
  { '<s> two oo': [-0.2], 'to two oo': [-0.9] },
];

type Change = (tensors: Map<string, number[]>) => void;

export const text = (value: string) => [...new TextEncoder().encode(value)];

export function tinyLanguageModel(change: Change = () => undefined): Uint8Array {
  return file((tensors) => {
    tensors.set('words', text(WORDS.join('\n')));
    tensors.set('letters', text(LETTERS.slice(1).join('')));
    write(tensors, 'word', WORDS, WORD_ORDERS, ' ');
    write(tensors, 'letter', LETTERS, LETTER_ORDERS, ' ');
    change(tensors);
  });
}

export function tinyPhoneModel(change: Change = () => undefined): Uint8Array {
  return file((tensors) => {
    tensors.set('words', text(SAID_WORDS.join('\n')));
    tensors.set('pronunciations', text(Object.values(SAID).join('\n')));
    write(tensors, 'word', SAID_WORDS, SAID_ORDERS, ' ');
    change(tensors);
  });
}

/** The words that are said so. */
export function saidSo(phones: string): string[] {
  return Object.entries(SAID).filter(([, ways]) => ways.split('|').includes(phones)).map(([word]) => word);
}

/** ln p of the last of `words` of the phone model, behind the others and the start. */
export function saidScore(words: readonly string[]): number {
  const named = ['<s>', ...words];
  return look(SAID_ORDERS, named.slice(0, -1).slice(-2), named.at(-1)!);
}

/** Each table a tensor: values are their own codebook. */
function file(fill: Change): Uint8Array {
  const tensors = new Map<string, number[]>();
  fill(tensors);
  return writeSafetensors([...tensors].map(([name, values]) => ({ name, shape: [values.length], data: Float32Array.from(values) })));
}

function write(tensors: Map<string, number[]>, name: string, words: readonly string[], orders: readonly Table[], separator: string): void {
  const ids = (key: string, length: number) => splitKey(key, length, separator).map((word) => words.indexOf(word));
  const compare = (a: number[], b: number[]) => a.reduce((order, id, i) => order || id - b[i]!, 0);
  let above: number[][] = [];
  for (let k = orders.length; k >= 1; k--) {
    const entries = Object.entries(orders[k - 1]!).map(([key, value]) => ({ key: ids(key, k), value })).sort((a, b) => compare(a.key, b.key));
    const put = (part: string, values: number[]) => {
      tensors.set(`${name}.${k}.${part}.values`, values);
      tensors.set(`${name}.${k}.${part}`, values.map((_, i) => i));
    };
    if (k > 1) tensors.set(`${name}.${k}.word`, entries.map(({ key }) => key.at(-1)!));
    put('probability', entries.map(({ value }) => value[0]));
    if (k < orders.length) {
      put('back_off', entries.map(({ value }) => value[1] ?? 0));
      tensors.set(`${name}.${k}.children`, entries.map(({ key }) => above.filter((longer) => key.every((id, i) => longer[i] === id)).length));
    }
    above = entries.map(({ key }) => key);
  }
}

/** 'B  ' is B and the space. */
function splitKey(key: string, length: number, separator: string): string[] {
  if (length === 1) return [key];
  const at = key.indexOf(separator);
  return [key.slice(0, at), ...splitKey(key.slice(at + 1), length - 1, separator)];
}

function look(orders: readonly Table[], context: string[], word: string): number {
  const key = [...context, word].join(' ');
  const found = orders[context.length]![key];
  if (found) return found[0];
  const backOff = orders[context.length - 1]![context.join(' ')]?.[1] ?? 0;
  return backOff + look(orders, context.slice(1), word);
}

/** ln p of the last of `words`, in capitals, behind the others and the start. */
export function wordScore(words: readonly string[]): number {
  const named = ['<s>', ...words.map((word) => (WORDS.includes(word.toLowerCase()) ? word.toLowerCase() : '<unk>'))];
  const context = named.slice(0, -1).slice(-2);
  const score = look(WORD_ORDERS, context, named.at(-1)!);
  return named.at(-1) === '<unk>' ? score + spellingScore(words.at(-1)!) : score;
}

function spellingScore(word: string): number {
  const letters = ['^', ...word, ' '];
  return letters.slice(1).reduce((sum, letter, i) => sum + look(LETTER_ORDERS, [letters[i]!], letter), 0);
}
