/** The plain layers against their definitions in doubles, and the shapes that they insist on. */
import { describe, expect, it } from 'vitest';
import { GraphBuilder, type Value } from '../../../models/graph/graph-builder';
import { gelu, relu, silu } from '../../../models/layers/activations';
import { selfAttention } from '../../../models/layers/attention';
import { averagePool2d, conv, maxPool2d, pixelShuffle, upsampleNearest2d } from '../../../models/layers/conv';
import { linear } from '../../../models/layers/linear';
import { layerNorm, rmsNorm } from '../../../models/layers/norms';
import { Weights } from '../../../models/layers/weights';
import { maxDifference, openGraph } from '../../support/graph-runner';
import { Random } from '../../support/random';
import { randomWeights, type Shapes } from '../../support/weights';

/** Sums of at most some dozen float32 products of values below 1. */
const TOLERANCE = 2e-6;
const random = new Random(3);

async function evaluate(x: { dims: number[]; data: Float32Array }, layer: (g: GraphBuilder, x: Value) => Value) {
  const g = new GraphBuilder('layer');
  g.output('y', layer(g, g.input('x', x.dims.map((_, i) => `x${i}`))), x.dims.map((_, i) => `y${i}`));
  const { y } = await (await openGraph(g.toModel(), 'portable'))({ x });
  return y!;
}

function weightsOf(shapes: Shapes) {
  const { reference, map } = randomWeights(random, shapes);
  return { w: new Weights(map), of: (key: string) => reference.get(key)!.data };
}

describe('linear, norms, activations', () => {
  const x = { dims: [2, 3, 4], data: random.array(24) };
  const rows = Array.from({ length: 6 }, (_, i) => [...x.data.subarray(4 * i, 4 * i + 4)]);

  it('linear is x W^T + b, or x W^T', async () => {
    const { w, of } = weightsOf({ 'a.weight': [5, 4], 'a.bias': [5], 'b.weight': [5, 4] });
    const expected = (weight: Float32Array, bias?: Float32Array) =>
      rows.flatMap((row) => Array.from({ length: 5 }, (_, o) => row.reduce((sum, v, i) => sum + v * weight[4 * o + i]!, bias?.[o] ?? 0)));
    const a = await evaluate(x, (g, v) => linear(g, v, w.at('a'), [5, 4]));
    expect(a.dims).toEqual([2, 3, 5]);
    expect(maxDifference(a.data, expected(of('a.weight'), of('a.bias')))).toBeLessThan(TOLERANCE);
    const b = await evaluate(x, (g, v) => linear(g, v, w.at('b'), [5, 4], { bias: false }));
    expect(maxDifference(b.data, expected(of('b.weight')))).toBeLessThan(TOLERANCE);
  });

  it('rmsNorm and layerNorm', async () => {
    const { w, of } = weightsOf({ weight: [4], bias: [4] });
    const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    const normalised = (row: number[], centre: number) => row.map((v) => (v - centre) / Math.sqrt(mean(row.map((u) => (u - centre) ** 2)) + 1e-5));
    const rms = await evaluate(x, (g, v) => rmsNorm(g, v, w, 4));
    expect(maxDifference(rms.data, rows.flatMap((row) => normalised(row, 0).map((v, i) => v * of('weight')[i]!)))).toBeLessThan(TOLERANCE);
    const layer = await evaluate(x, (g, v) => layerNorm(g, v, w, 4));
    expect(maxDifference(layer.data, rows.flatMap((row) => normalised(row, mean(row)).map((v, i) => v * of('weight')[i]! + of('bias')[i]!)))).toBeLessThan(TOLERANCE);
  });

  it('relu, silu, gelu', async () => {
    const wide = { dims: [5], data: Float32Array.of(-30, -1, 0, 0.5, 30) };
    expect([...(await evaluate(wide, relu)).data]).toEqual([0, 0, 0, 0.5, 30]);
    expect(maxDifference((await evaluate(wide, silu)).data, [...wide.data].map((v) => v / (1 + Math.exp(-v))))).toBeLessThan(TOLERANCE);
    expect(maxDifference((await evaluate(wide, gelu)).data, [0, -0.15865525, 0, 0.34573123, 30])).toBeLessThan(TOLERANCE); // x Phi(x), tabulated
    const tanh = (v: number) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
    expect(maxDifference((await evaluate(wide, (g, v) => gelu(g, v, { tanh: true }))).data, [...wide.data].map(tanh))).toBeLessThan(TOLERANCE);
  });
});

it('self-attention is softmax(q k^T / sqrt(d)) v for each head', async () => {
  const [L, D, heads] = [3, 4, 2];
  const d = D / heads;
  const { w, of } = weightsOf({ 'qkv.weight': [3 * D, D], 'qkv.bias': [3 * D], 'proj.weight': [D, D], 'proj.bias': [D] });
  const x = { dims: [1, L, D], data: random.array(L * D) };
  const project = (row: number[], key: string, outputs: number, bias?: Float32Array) =>
    Array.from({ length: outputs }, (_, o) => row.reduce((sum, v, i) => sum + v * of(key)[o * row.length + i]!, bias?.[o] ?? 0));
  const qkv = Array.from({ length: L }, (_, t) => project([...x.data.subarray(t * D, (t + 1) * D)], 'qkv.weight', 3 * D, of('qkv.bias')));
  const mixed = qkv.map((row) =>
    Array.from({ length: heads }, (_, h) => {
      const part = (of: number[], which: number) => of.slice(which * D + h * d, which * D + (h + 1) * d);
      const scores = qkv.map((other) => Math.exp(part(row, 0).reduce((sum, q, i) => sum + q * part(other, 1)[i]!, 0) / Math.sqrt(d)));
      const total = scores.reduce((sum, score) => sum + score, 0);
      return Array.from({ length: d }, (_, i) => qkv.reduce((sum, other, s) => sum + (scores[s]! / total) * part(other, 2)[i]!, 0));
    }).flat(),
  );
  const y = await evaluate(x, (g, v) => selfAttention(g, v, w, D, heads));
  expect(maxDifference(y.data, mixed.flatMap((row) => project(row, 'proj.weight', D, of('proj.bias'))))).toBeLessThan(TOLERANCE);
});

describe('maps', () => {
  it('conv with stride, padding and groups, over one axis and two', async () => {
    const { w, of } = weightsOf({ 'a.weight': [4, 1, 3], 'a.bias': [4], 'b.weight': [2, 2, 3, 3] });
    const line = { dims: [1, 2, 5], data: random.array(10) };
    const at = (c: number, t: number) => (t < 0 || t > 4 ? 0 : line.data[c * 5 + t]!);
    const grouped = Array.from({ length: 12 }, (_, i) => {
      const [o, t] = [Math.floor(i / 3), i % 3];
      return [0, 1, 2].reduce((sum, k) => sum + of('a.weight')[3 * o + k]! * at(Math.floor(o / 2), 2 * t + k - 1), of('a.bias')[o]!);
    });
    const a = await evaluate(line, (g, v) => conv(g, v, w.at('a'), [4, 1, 3], { stride: 2, padding: 1, groups: 2 }));
    expect(a.dims).toEqual([1, 4, 3]);
    expect(maxDifference(a.data, grouped)).toBeLessThan(TOLERANCE);

    const map = { dims: [1, 2, 4, 3], data: random.array(24) };
    const b = await evaluate(map, (g, v) => conv(g, v, w.at('b'), [2, 2, 3, 3], { padding: [0, 1], bias: false }));
    expect(b.dims).toEqual([1, 2, 2, 3]);
    const pixel = (c: number, y: number, x: number) => (x < 0 || x > 2 ? 0 : map.data[c * 12 + y * 3 + x]!);
    const expected = Array.from({ length: 12 }, (_, i) => {
      const [o, y, x] = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3];
      return Array.from({ length: 18 }, (_, k) => of('b.weight')[18 * o + k]! * pixel(Math.floor(k / 9), y + (Math.floor(k / 3) % 3), x + (k % 3) - 1)).reduce((sum, v) => sum + v, 0);
    });
    expect(maxDifference(b.data, expected)).toBeLessThan(TOLERANCE);
  });

  it('pooling, upsampling and pixel shuffle', async () => {
    const map = { dims: [1, 1, 2, 2], data: Float32Array.of(1, 2, 3, 6) };
    expect([...(await evaluate(map, (g, v) => maxPool2d(g, v, 2))).data]).toEqual([6]);
    expect([...(await evaluate(map, (g, v) => averagePool2d(g, v, 2))).data]).toEqual([3]);
    const doubled = await evaluate(map, (g, v) => upsampleNearest2d(g, v, 2));
    expect(doubled).toMatchObject({ dims: [1, 1, 4, 4], data: Float32Array.of(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 6, 6, 3, 3, 6, 6) });
    const channels = { dims: [1, 4, 1, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
    expect(await evaluate(channels, (g, v) => pixelShuffle(g, v, 2))).toMatchObject({ dims: [1, 1, 2, 4], data: Float32Array.of(1, 3, 2, 4, 5, 7, 6, 8) });
  });
});

describe('Weights', () => {
  const { w } = weightsOf({ 'a.b.weight': [2, 3], 'a.b.empty': [0], 'list.0.x': [1], 'list.1.x': [1], 'list.3.x': [1] });

  it('names the key, what was expected and what came', () => {
    const g = new GraphBuilder('g');
    const b = w.at('a').at('b');
    expect(() => b.put(g, 'weight', [3, 2])).toThrow('expected a.b.weight as [3, 2], got [2, 3]');
    expect(() => b.put(g, 'bias', [3])).toThrow('expected a.b.bias as [3], it is missing');
    expect(() => b.dims('weight', 1)).toThrow('expected a.b.weight as a tensor of rank 1 without empty dimensions, got [2, 3]');
    expect(() => b.dims('empty', 1)).toThrow('got [0]');
    expect(() => b.take('weight', [3, 2])).toThrow(expect.objectContaining({ code: 'BAD_WEIGHTS' }));
  });

  it('counts numbered scopes and says what was not used', () => {
    expect(w.count('list')).toBe(2);
    w.take('list.0.x', [1]);
    expect(w.unused()).toEqual(['a.b.weight', 'a.b.empty', 'list.1.x', 'list.3.x']);
  });
});
