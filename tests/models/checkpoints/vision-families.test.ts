/** Published vision families by the names and shapes of their weights: known, with the right card, whole in the graph, under old names as well. */
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../models/architectures';
import { parseCard } from '../../../models/cards/card';
import { recognize } from '../../../models/checkpoints/recognize';
import { seededWeights } from '../../support/seeded';
import { readGoldens } from '../../support/vision-golden';
import type { Shapes } from '../../support/weights';

const vmamba = readGoldens('vmamba');
const localVim = readGoldens('local-vim');
const mambaVision = readGoldens('mamba-vision');
const renamed = (shapes: Shapes, ...changes: [RegExp, string][]): Shapes =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [changes.reduce((text, [from, to]) => text.replace(from, to), name), shape]));

describe('VMamba with UperNet', () => {
  const published = vmamba.segmenter!.weights;
  const trained: Shapes = { ...published, 'auxiliary_head.conv_seg.weight': [5, 4, 1, 1], 'auxiliary_head.conv_seg.bias': [5], 'auxiliary_head.convs.0.conv.weight': [4, 6, 3, 3] };
  const ade: Shapes = { ...published, 'decode_head.conv_seg.weight': [150, 8, 1, 1], 'decode_head.conv_seg.bias': [150] };

  it.each([
    ['as published', published],
    ['with what served training', trained],
    ['by the names of later code', renamed(Object.fromEntries(Object.entries(published).map(([name, shape]) => [name, /(x_proj|dt_projs)_weight$/.test(name) ? [shape[0]! * shape[1]!, shape[2]!, 1] : shape])), [/(x_proj|dt_projs)_weight$/, '$1.weight'])],
  ])('%s', (_, shapes) => {
    const weights = seededWeights(shapes);
    const card = parseCard(recognize(weights, 'mine'));
    expect(card).toMatchObject({ task: 'segment', architecture: 'vmamba-upernet', scene: { long: 2048, short: 512 }, segment: { kind: 'semantic' } });
    expect(buildModel(card, weights, 'portable').unused).toEqual([]);
  });

  it('names the classes of ADE20K where there are 150', () => {
    const { segment } = recognize(seededWeights(ade), 'ade');
    expect(segment!.classes).toHaveLength(150);
    expect([0, 12, 149].map((i) => segment!.classes[i]!.name)).toEqual(['wall', 'person', 'flag']);
    expect(new Set(segment!.classes.map(({ color }) => color)).size).toBe(150);
  });

  it('refuses a card with other classes', () => {
    const weights = seededWeights(published);
    const card = recognize(weights, 'mine');
    expect(() => buildModel({ ...card, segment: { kind: 'semantic', classes: card.segment!.classes.slice(1) } }, weights, 'portable')).toThrow('names 4 outputs, the weights have 5');
  });
});

it.each([
  ['as published', {}],
  ['with scaled branches', { 'backbone.levels.2.blocks.0.gamma_1': [16], 'backbone.levels.2.blocks.0.gamma_2': [16] }],
])('MambaVision with UperNet, %s', (_, more) => {
  const weights = seededWeights({ ...mambaVision.segmenter!.weights, ...more });
  const card = parseCard(recognize(weights, 'mine'));
  expect(card).toMatchObject({ task: 'segment', architecture: 'mamba-vision-upernet', scene: { long: 2048, short: 512 } });
  expect(buildModel(card, weights, 'portable').unused).toEqual([]);
});

describe('classifiers', () => {
  const old: [RegExp, string][] = [
    [/\.norm\./, '.ln_1.'], [/\.op\./, '.self_attention.'], [/^patch_embed\.0/, 'patch_embed.proj'], [/^patch_embed\.2/, 'patch_embed.norm'], [/downsample\.1/, 'downsample.norm'],
    [/downsample\.2/, 'downsample.reduction'], [/^classifier\.(ln_1|norm)/, 'norm'], [/^classifier\.head/, 'head'],
  ];
  const prefixed = Object.fromEntries(Object.entries(mambaVision.classifier!.weights).map(([name, shape]) => [`model.${name}`, shape]));
  it.each([
    ['VMamba', vmamba.classifier!.weights, 'vmamba', 256],
    ['VMamba of the first release', vmamba['classifier of the first release']!.weights, 'vmamba', 256],
    ['VMamba of the first release, by its first names', renamed(vmamba['classifier of the first release']!.weights, ...old), 'vmamba', 256],
    ['LocalVim', localVim['LocalVim-T']!.weights, 'local-vim', 256],
    ['LocalVim with a class token', localVim['LocalVim-T with a class token']!.weights, 'local-vim', 256],
    ['MambaVision', mambaVision.classifier!.weights, 'mamba-vision', 224],
    ['MambaVision, as on Hugging Face', prefixed, 'mamba-vision', 224],
    ['MambaVision with scaled branches', mambaVision['classifier with scaled branches, several windows']!.weights, 'mamba-vision', 224],
  ])('%s', (_, shapes, architecture, resize) => {
    const weights = seededWeights(shapes);
    const card = parseCard(recognize(weights, 'mine'));
    expect(card).toMatchObject({ task: 'classify', architecture, classify: { input: { resize, crop: 224, filter: 'bicubic' }, scores: 'softmax' } });
    expect(buildModel(card, weights, 'portable').unused).toEqual([]);
  });

  it('have the names of ImageNet where their number says so', () => {
    expect(recognize(seededWeights(vmamba['VMamba-T']!.weights), 'tiny').classify!.labels).toBe('imagenet-1k');
    expect(recognize(seededWeights(mambaVision['MambaVision-T']!.weights), 'tiny').classify!.labels).toBe('imagenet-1k');
  });
});
