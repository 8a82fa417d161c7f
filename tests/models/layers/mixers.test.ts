/** Every mixer in every lowering against the step-by-step reference in doubles. */
import { describe, expect, it } from 'vitest';
import type { Value } from '../../../models/graph/graph-builder';
import { ModelGraph } from '../../../models/graph/lowering/model-graph';
import { bidirectionalMamba, mamba } from '../../../models/layers/mamba';
import { bidirectionalMamba2, mamba2 } from '../../../models/layers/mamba2';
import { Weights } from '../../../models/layers/weights';
import { initialStates, lowerings, nextStates, openGraph, relativeDifference, type FloatTensor, type Tensors } from '../../support/graph-runner';
import { Random } from '../../support/random';
import { bidirectionalMambaReference, mambaReference } from '../../support/reference/mamba';
import { mamba2Reference } from '../../support/reference/mamba2';
import type { ReferenceWeights, Rows } from '../../support/reference/matrix';
import { randomWeights, type Shapes } from '../../support/weights';

/** Sums of some hundred float32 products, and an exponential that is good to a few units in the last place. */
const TOLERANCE = 1e-5;

const D = 6; // odd sizes on purpose: no multiple of a vector
const [E, N, R, K] = [10, 5, 3, 4];
const [H, P] = [2, 5];

const mambaShapes = (own: string): Shapes => ({
  [`conv1d${own}.weight`]: [E, 1, K],
  [`conv1d${own}.bias`]: [E],
  [`x_proj${own}.weight`]: [R + 2 * N, E],
  [`dt_proj${own}.weight`]: [E, R],
  [`dt_proj${own}.bias`]: [E],
  [`A${own}_log`]: [E, N],
  [`D${own}`]: [E],
});
const mamba2Shapes = (own: string): Shapes => ({
  [`conv1d${own}.weight`]: [E + 2 * N, 1, K],
  [`conv1d${own}.bias`]: [E + 2 * N],
  [`dt_bias${own}`]: [H],
  [`A${own}_log`]: [H],
  [`D${own}`]: [H],
});
const mambaOuter = { 'in_proj.weight': [2 * E, D], 'out_proj.weight': [D, E] };
const mamba2Outer = { 'in_proj.weight': [2 * E + 2 * N + H, D], 'norm.weight': [E], 'out_proj.weight': [D, E] };

interface Mixer {
  name: string;
  shapes: Shapes;
  layer(g: ModelGraph, u: Value, w: Weights): Value;
  reference(u: Rows, w: ReferenceWeights): Rows;
}

const mixers: Mixer[] = [
  { name: 'Mamba', shapes: { ...mambaOuter, ...mambaShapes('') }, layer: (g, u, w) => mamba(g, u, w, D), reference: mambaReference },
  {
    name: 'Mamba both ways',
    shapes: { ...mambaOuter, ...mambaShapes(''), ...mambaShapes('_b') },
    layer: (g, u, w) => bidirectionalMamba(g, u, w, D),
    reference: (u, w) => bidirectionalMambaReference(u, w, false),
  },
  {
    name: 'Mamba both ways, halved',
    shapes: { ...mambaOuter, ...mambaShapes(''), ...mambaShapes('_b') },
    layer: (g, u, w) => bidirectionalMamba(g, u, w, D, { divide: true }),
    reference: (u, w) => bidirectionalMambaReference(u, w, true),
  },
  { name: 'Mamba-2', shapes: { ...mamba2Outer, ...mamba2Shapes('') }, layer: (g, u, w) => mamba2(g, u, w, D), reference: mamba2Reference },
  {
    name: 'Mamba-2 both ways',
    shapes: { ...mamba2Outer, ...mamba2Shapes(''), ...mamba2Shapes('_b') },
    layer: (g, u, w) => bidirectionalMamba2(g, u, w, D),
    reference: mamba2Reference,
  },
];

function toRows(data: Float32Array, width: number): Rows {
  return Array.from({ length: data.length / width }, (_, t) => [...data.subarray(t * width, (t + 1) * width)]);
}

describe.each(lowerings)('$lowering', ({ lowering, missing }) => {
  describe.skipIf(missing)(`mixers ${missing ?? ''}`, () => {
    it.each(mixers)('$name equals its definition, for each sequence of a batch', async ({ shapes, layer, reference }) => {
      const random = new Random(1);
      const weights = randomWeights(random, shapes);
      const w = new Weights(weights.map);
      const g = new ModelGraph('mixer', lowering);
      g.output('y', layer(g, g.input('u', ['batch', 'length', D]), w), ['batch', 'length', D]);
      expect(w.unused()).toEqual([]);
      const run = await openGraph(g.toModel(), lowering);
      for (const L of [1, 2, 17, 70]) {
        const u = random.array(2 * L * D);
        const { y } = await run({ u: { dims: [2, L, D], data: u } });
        const expected = [u.subarray(0, L * D), u.subarray(L * D)].flatMap((sequence) => reference(toRows(sequence, D), weights.reference));
        expect(y!.dims).toEqual([2, L, D]);
        expect(relativeDifference(y!.data, expected.flat())).toBeLessThan(TOLERANCE);
      }
    });

    const stateful = [
      { name: 'Mamba', shapes: mixers[0]!.shapes, layer: mamba, conv: [1, K - 1, E], ssm: [1, E, N], reference: mambaReference },
      { name: 'Mamba-2', shapes: mixers[3]!.shapes, layer: mamba2, conv: [1, K - 1, E + 2 * N], ssm: [1, H, P, N], reference: mamba2Reference },
    ];
    it.each(stateful)('$name in pieces, its states handed on, equals the whole', async ({ shapes, layer, conv, ssm, reference }) => {
      const random = new Random(2);
      const weights = randomWeights(random, shapes);
      const g = new ModelGraph('mixer', lowering);
      const states = { conv: g.state('conv', conv), ssm: g.state('ssm', ssm) };
      g.output('y', layer(g, g.input('u', [1, 'length', D]), new Weights(weights.map), D, states), [1, 'length', D]);
      const run = await openGraph(g.toModel(), lowering);
      const u = random.array(20 * D);
      const pieces: FloatTensor[] = [];
      let carried: Tensors = initialStates(g.states);
      for (const [from, to] of [[0, 1], [1, 3], [3, 11], [11, 12], [12, 20]] as const) {
        const result = await run({ u: { dims: [1, to - from, D], data: u.slice(from * D, to * D) }, ...carried });
        pieces.push(result.y!);
        carried = nextStates(g.states, result);
      }
      const expected = reference(toRows(u, D), weights.reference).flat();
      expect(relativeDifference(pieces.flatMap(({ data }) => [...data]), expected)).toBeLessThan(TOLERANCE);
    });
  });
});
