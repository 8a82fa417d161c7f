import { describe, expect, it } from 'vitest';
import { withS4Names } from '../../../models/architectures/s4-names';
import { withCurrentNames } from '../../../models/architectures/vmamba-names';
import type { WeightMap } from '../../../models/checkpoints/safetensors';
import { publishedName } from '../../../models/layers/published-name';
import { seededWeights } from '../../support/seeded';
import { readSoundGoldens } from '../../support/sound-golden';
import { readGoldens } from '../../support/vision-golden';
import type { Shapes } from '../../support/weights';

const firstNames: [RegExp, string][] = [[/\.norm\./, '.ln_1.'], [/\.op\./, '.self_attention.'], [/downsample\.1/, 'downsample.norm'], [/downsample\.2/, 'downsample.reduction']];

describe('a missing tensor is called as it is published', () => {
  it.each([
    ['VMamba', withCurrentNames(seededWeights(byFirstNames(readGoldens('vmamba')['classifier of the first release']!.weights))), 'layers.0.blocks.0.norm.bias', 'layers.0.blocks.0.ln_1.bias'],
    ['S4', withS4Names(seededWeights(readSoundGoldens('s4-classifier')['S4, fourth release']!.weights)), 'layers.1.kernel.B', 'model.layers.1.layer.layer.kernel.B'],
    ['what was not renamed', seededWeights({ 'a.weight': [1], 'b.c.bias': [1] }), 'b.c.weight', 'b.c.weight'],
    ['nothing alike', seededWeights({ 'a.weight': [1] }), 'b.weight', 'b.weight'],
  ] as const)('%s', (_, weights: WeightMap, key, published) => {
    const rest = new Map(weights);
    rest.delete(key);
    expect(publishedName(rest, key)).toBe(published);
  });
});

function byFirstNames(shapes: Shapes): Shapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [firstNames.reduce((text, [from, to]) => text.replace(from, to), name), shape]));
}
