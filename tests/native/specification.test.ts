/** Every input of every operator with a wrong rank, a wrong size and a wrong type: refused when the graph is loaded or, where its shapes are open, when it runs, in words that name it. */
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/graph-builder';
import type { Dim } from '../../models/graph/onnx-proto';
import { loadNative } from '../../native-kernels/lib';
import { random } from './tensors';

/** Shapes that fit each other; each size is that of its letter alone. */
const OPERATORS: Record<string, Record<string, number[]>> = {
  SelectiveScan: { u: [2, 5, 6], delta: [2, 5, 6], A: [6, 7], B: [2, 5, 3, 7], C: [2, 5, 3, 7], D: [6], z: [2, 5, 6], delta_bias: [6], h0: [2, 6, 7] },
  CausalConv1d: { x: [2, 5, 6], w: [6, 4], bias: [6], s0: [2, 3, 6] },
  StateSpaceDual: { x: [2, 5, 6, 4], dt: [2, 5, 6], A: [6], B: [2, 5, 3, 7], C: [2, 5, 3, 7], D: [6], z: [2, 5, 6, 4], dt_bias: [6], h0: [2, 6, 4, 7] },
  DiagonalStateSpace: { x: [2, 5, 6], A: [7, 2], C: [6, 7, 2], B: [7, 6, 2], dt: [7], D: [6], h0: [2, 1, 7, 2] },
  GatedRmsNorm: { x: [2, 5, 6], weight: [6], z: [2, 5, 6] },
  Wkv6: { r: [2, 5, 6, 4], w: [2, 5, 6, 4], k: [2, 5, 6, 4], v: [2, 5, 6, 4], u: [6, 4], s0: [2, 6, 4, 4] },
  Wkv7: { r: [2, 5, 6, 4], w: [2, 5, 6, 4], k: [2, 5, 6, 4], v: [2, 5, 6, 4], kappa: [2, 5, 6, 4], a: [2, 5, 6, 4], s0: [2, 6, 4, 4] },
  SelectiveScan2d: { u: [2, 3, 5, 6], delta: [2, 4, 3, 5, 6], A: [4, 6, 7], B: [2, 4, 3, 5, 2, 7], C: [2, 4, 3, 5, 2, 7], D: [4, 6], delta_bias: [4, 6] },
};

const native = loadNative();
const ATTRIBUTES: Record<string, Record<string, string>> = { DiagonalStateSpace: { discretization: 'zoh' } };
const OUT_OF_PLACE = 11; // no size of the table
/** Axes that an input before has said; elsewhere the first: batch or channels. */
const KNOWN_AXIS: Record<string, number> = { 'DiagonalStateSpace A': 1, 'DiagonalStateSpace C': 1 };
/** Its size depends on what else is there. */
const ONLY_BY_THE_RUN = ['DiagonalStateSpace dt'];

function open(operator: string, shapes: Record<string, readonly Dim[]>, type: Record<string, 'int64'> = {}) {
  const g = new GraphBuilder(operator);
  const inputs = Object.entries(shapes).map(([name, dims]) => g.input(name, dims, type[name] ?? 'float32'));
  g.output('y', g.node(operator, inputs, ATTRIBUTES[operator] ?? {}, 'ssm'), []);
  return native.openSession(g.toModel(), { threads: 1 });
}

/** Left open in the graph, so that only the run knows the sizes. */
const named = (shapes: Record<string, number[]>): Record<string, readonly Dim[]> =>
  Object.fromEntries(Object.entries(shapes).map(([name, dims]) => [name, dims.map((_, axis) => `${name}${axis}`)]));

describe.each(Object.entries(OPERATORS))('%s', (operator, shapes) => {
  it.each(Object.keys(shapes).slice(1))('a wrong size of %s', async (input) => {
    const wrong = { ...shapes, [input]: shapes[input]!.with(KNOWN_AXIS[`${operator} ${input}`] ?? 0, OUT_OF_PLACE) };
    const message = refusal(operator, input, wrong[input]!.join(','));
    if (!ONLY_BY_THE_RUN.includes(`${operator} ${input}`)) expect(() => open(operator, wrong)).toThrow(message);
    await expect(run(operator, wrong)).rejects.toThrow(message);
  });

  it.each(Object.keys(shapes))('a wrong rank of %s', (input) => {
    const wrong = { ...shapes, [input]: [1, 1, 1, ...shapes[input]!, 1] };
    expect(() => open(operator, wrong)).toThrow(refusal(operator, input, wrong[input]!.join(',')));
    expect(() => open(operator, named(wrong))).toThrow(refusal(operator, input, wrong[input]!.map(() => '?').join(',')));
  });

  it.each(Object.keys(shapes))('a wrong type of %s', (input) => {
    expect(() => open(operator, shapes, { [input]: 'int64' })).toThrow(new RegExp(`tensor\\(int64\\).* of input parameter \\(${input}\\) of operator \\(${operator}\\)`));
  });

  it('takes what fits', async () => {
    const expected = await run(operator, shapes);
    const session = open(operator, shapes);
    expect(await session.run(feeds(shapes))).toEqual(expected);
    session.dispose();
  });
});

const feeds = (shapes: Record<string, number[]>) => Object.fromEntries(Object.entries(shapes).map(([name, dims], seed) => [name, random(dims, seed)]));

async function run(operator: string, shapes: Record<string, number[]>) {
  const session = open(operator, named(shapes));
  try {
    return await session.run(feeds(shapes));
  } finally {
    session.dispose();
  }
}

function refusal(operator: string, input: string, dims: string): RegExp {
  return new RegExp(`${operator}: input ${input} has the shape \\[${dims.replaceAll('?', '\\?')}\\], expected \\[[A-Z4]`);
}
