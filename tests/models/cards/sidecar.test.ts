import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../../models/cards/card';
import { withSidecar } from '../../../models/cards/sidecar';

const card = { id: 'x', task: 'classify', classify: { input: {}, labels: ['class 0', 'class 1'], scores: 'softmax' } } as unknown as ModelCard;
const namesOf = (file: string, text: string, of = card) => withSidecar(of, { file, text }).classify?.labels;

describe.each([
  ['a line each', 'labels.txt', 'cat\r\n\n  wet dog \n'],
  ['with the name of the checkpoint', 'x.labels.txt', 'cat\nwet dog'],
  ['an index of classes, in any order', 'class_labels_indices.csv', 'index,mid,display_name\n1,/m/b,"wet dog"\n0,/m/a,cat\n'],
  ['a configuration', 'config.json', '{"id2label": {"1": "wet dog", "0": "cat"}, "hidden_size": "left alone"}'],
  ['a plain list', 'config.json', '{"class_names": ["cat", "wet dog"], "id2label": 3}'],
])('%s', (_, file, text) => {
  it('names the classes', () => expect(namesOf(file, text)).toEqual(['cat', 'wet dog']));
});

it('names with commas and quotes come whole out of an index', () => {
  expect(namesOf('class_labels_indices.csv', 'index,mid,display_name\n0,/m/a,"Cat, ""meow"""\n1,/m/b,Dog')).toEqual(['Cat, "meow"', 'Dog']);
});

it('a configuration without names changes nothing, and nothing is changed where no classes are', () => {
  expect(namesOf('config.json', '{"architectures": ["Vim"]}')).toEqual(['class 0', 'class 1']);
  const enhancer = { id: 'x', task: 'enhance' } as unknown as ModelCard;
  expect(withSidecar(enhancer, { file: 'labels.txt', text: 'a\nb' })).toBe(enhancer);
});

it.each([
  ['labels.txt', 'cat', 'labels.txt names 1 classes, the weights have 2'],
  ['labels.txt', 'a\nb\nc', 'names 3 classes, the weights have 2'],
  ['config.json', '{"id2label": {"0": "cat", "5": "dog"}}', 'names 2 classes, the weights have 2'],
  ['config.json', '{', 'config.json is not JSON'],
  ['class_labels_indices.csv', 'index,mid,display_name\n4000000000,/m/a,far', 'names 0 classes'],
])('%s: %j is refused', (file, text, message) => {
  expect(() => namesOf(file, text)).toThrow(expect.objectContaining({ code: 'BAD_CARD', message: expect.stringContaining(message) as string }) as Error);
});
