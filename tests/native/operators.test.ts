import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type DirectCall, type NativeKernels, type Tensor } from '../../native-kernels/lib';
import { random } from './tensors';

/** Of the largest value: float32 sums over up to 16 states and 37 steps against double ones. */
const TOLERANCE = 1e-5;

const [B, L, D, N, H, P, G, K, W] = [2, 37, 21, 16, 4, 5, 2, 4, 7];
const STEP = [B, L, H, N];

interface Spec {
  op: string;
  direct: keyof NativeKernels['ops'];
  /** in the order of the operator; after `required` come the optional ones */
  inputs: Record<string, number[]>;
  required: number;
  outputs: string[];
  attributes: Record<string, number | string>;
  /** inputs whose sizes are free by themselves: if they are wrong, another one is named */
  free?: string[];
  /** attributes that every choice of inputs needs */
  always?: Record<string, string>;
  /** neither state nor direction */
  memoryless?: true;
}

const SPECS: Spec[] = [
  {
    op: 'SelectiveScan',
    direct: 'selectiveScan',
    inputs: { u: [B, L, D], delta: [B, L, D], A: [D, N], B: [B, L, N], C: [B, L, N], D: [D], z: [B, L, D], delta_bias: [D], h0: [B, D, N] },
    required: 5,
    outputs: ['y', 'h'],
    attributes: { delta_softplus: 1 },
  },
  {
    op: 'CausalConv1d',
    direct: 'causalConv1d',
    inputs: { x: [B, L, D], w: [D, K], bias: [D], s0: [B, K - 1, D] },
    required: 2,
    outputs: ['y', 's'],
    attributes: { activation: 'silu' },
  },
  {
    op: 'StateSpaceDual',
    direct: 'stateSpaceDual',
    inputs: { x: [B, L, H, P], dt: [B, L, H], A: [H], B: [B, L, G, N], C: [B, L, G, N], D: [H], z: [B, L, H, P], dt_bias: [H], h0: [B, H, P, N] },
    required: 5,
    outputs: ['y', 'h'],
    attributes: { dt_softplus: 1 },
  },
  {
    op: 'SelectiveScan2d',
    direct: 'selectiveScan2d',
    inputs: { u: [B, H, W, P * G], delta: [B, 4, H, W, P * G], A: [4, P * G, N], B: [B, 4, H, W, G, N], C: [B, 4, H, W, G, N], D: [4, P * G], delta_bias: [4, P * G] },
    required: 5,
    outputs: ['y'],
    attributes: { delta_softplus: 1 },
    memoryless: true,
  },
  {
    op: 'DiagonalStateSpace',
    direct: 'diagonalStateSpace',
    inputs: { x: [B, L, D], A: [1, N, 2], C: [D, N, 2], B: [N, D, 2], dt: [N], D: [D], h0: [B, 1, N, 2] },
    required: 4, // B makes it a shared state
    outputs: ['y', 'h'],
    attributes: { discretization: 'zoh' },
    always: { discretization: 'zoh' },
    free: ['A', 'C'],
  },
  {
    op: 'GatedRmsNorm',
    direct: 'gatedRmsNorm',
    inputs: { x: [B, L, D], weight: [D], z: [B, L, D] },
    required: 2,
    outputs: ['y'],
    attributes: { groups: 3, norm_before_gate: 1 },
    memoryless: true,
  },
  {
    op: 'Wkv6',
    direct: 'wkv6',
    inputs: { r: STEP, w: STEP, k: STEP, v: STEP, u: [H, N], s0: [B, H, N, N] },
    required: 5,
    outputs: ['y', 's'],
    attributes: {},
  },
  {
    op: 'Wkv7',
    direct: 'wkv7',
    inputs: { r: STEP, w: STEP, k: STEP, v: STEP, kappa: STEP, a: STEP, s0: [B, H, N, N] },
    required: 6,
    outputs: ['y', 's'],
    attributes: {},
  },
];

let native: NativeKernels;
beforeAll(() => {
  native = loadNative();
});

/** Random tensors; A is negative and kappa short, as in a stable model. */
function feedsOf({ inputs }: Spec, given: (index: number) => boolean = () => true): Record<string, Tensor> {
  const feeds = Object.entries(inputs).map(([name, dims], i): [string, Tensor] => {
    const tensor = random(dims, i + 1);
    if (name === 'A') tensor.data = (tensor.data as Float32Array).map((value) => -Math.abs(value) - 0.1);
    if (name === 'kappa') tensor.data = (tensor.data as Float32Array).map((value) => value / Math.sqrt(N));
    return [name, tensor];
  });
  return Object.fromEntries(feeds.filter((_, i) => given(i)));
}

function openGraph(spec: Spec, feeds: Record<string, Tensor>, attributes: Spec['attributes'], threads: number) {
  const g = new GraphBuilder(spec.op);
  const inputs = Object.keys(spec.inputs).map((name) => feeds[name] && g.input(name, feeds[name].dims.map((_, axis) => `${name}_${axis}`)));
  const values = g.nodes(spec.outputs.length, spec.op, inputs, attributes, 'ssm');
  spec.outputs.forEach((name, i) => g.output(name, values[i]!, ['b', 'l', 'd', 'e'].slice(0, Object.values(spec.inputs)[0]!.length)));
  return native.openSession(g.toModel(), { threads });
}

function expectClose(actual: Record<string, Tensor>, expected: Record<string, Tensor>) {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { dims, data }] of Object.entries(expected)) {
    expect(actual[name]!.dims).toEqual(dims);
    const scale = (data as Float32Array).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const worst = (data as Float32Array).reduce((largest, value, i) => Math.max(largest, Math.abs(value - Number(actual[name]!.data[i]))), 0);
    expect(worst, name).toBeLessThanOrEqual(TOLERANCE * scale);
  }
}

describe.each(SPECS)('$op', (spec) => {
  const reference: DirectCall = (inputs, attributes) => native.ops[spec.direct](inputs, attributes, { isa: 'reference' });

  it.each([1, 2])('equals its reference as a graph node with every input, on %i threads, forwards and backwards', async (threads) => {
    for (const reverse of [0, 1]) {
      const attributes = { ...spec.attributes, ...(!spec.memoryless && { reverse }) };
      const feeds = feedsOf(spec);
      const session = openGraph(spec, feeds, attributes, threads);
      expectClose(await session.run(feeds), reference(feeds, attributes).outputs);
      session.dispose();
    }
  });

  it('takes any choice of optional inputs', async () => {
    const optional = Object.keys(spec.inputs).length - spec.required;
    for (let choice = 0; choice < 1 << optional; choice++) {
      const feeds = feedsOf(spec, (i) => i < spec.required || ((choice >> (i - spec.required)) & 1) === 1);
      const session = openGraph(spec, feeds, spec.always ?? {}, 1);
      expectClose(await session.run(feeds), reference(feeds, spec.always).outputs);
      session.dispose();
    }
  });

  it.skipIf(spec.memoryless)('may leave its state output away', async () => {
    const feeds = feedsOf(spec);
    const g = new GraphBuilder('one output');
    const y = g.node(spec.op, Object.entries(spec.inputs).map(([name, dims]) => g.input(name, dims)), spec.attributes, 'ssm');
    g.output('y', y, Object.values(spec.inputs)[0]!);
    const session = native.openSession(g.toModel(), { threads: 1 });
    expectClose(await session.run(feeds), { y: reference(feeds, spec.attributes).outputs.y! });
    session.dispose();
  });

  it('runs in every instruction set and says which ran', () => {
    const feeds = feedsOf(spec);
    const expected = reference(feeds, spec.attributes).outputs;
    for (const isa of native.isas()) {
      for (const threads of [1, 2]) {
        const result = native.ops[spec.direct](feeds, spec.attributes, { isa, threads });
        expect(result.isa).toBe(isa);
        expectClose(result.outputs, expected);
      }
    }
  });

  it.skipIf(spec.memoryless)('gives the initial state back for a length of zero', async () => {
    const feeds = feedsOf(spec);
    for (const tensor of Object.values(feeds)) {
      if (tensor.dims[1] !== L) continue;
      tensor.dims = [B, 0, ...tensor.dims.slice(2)];
      tensor.data = new Float32Array(0);
    }
    const session = openGraph(spec, feeds, spec.attributes, 1);
    const results = await session.run(feeds);
    expect(results[spec.outputs[1]!]!.data).toEqual(Object.values(feeds).at(-1)!.data);
    session.dispose();
  });

  it('names an input whose shape does not fit', async () => {
    const feeds = feedsOf(spec);
    const session = openGraph(spec, feeds, spec.attributes, 1);
    for (const [name, dims] of Object.entries(spec.inputs)) {
      if (name === Object.keys(spec.inputs)[0] || spec.free?.includes(name)) continue; // it sets the sizes, so another one is named
      const wrong = dims.map((size, axis) => (axis === 0 ? size + 1 : size));
      const message = new RegExp(`${spec.op}: input ${name} has the shape \\[${wrong}\\], expected \\[`);
      await expect(session.run({ ...feeds, [name]: random(wrong, 1) })).rejects.toThrow(message);
      expect(() => native.ops[spec.direct]({ ...feeds, [name]: random(wrong, 1) })).toThrow(message);
    }
    session.dispose();
  });

  it('names a missing input, a wrong rank and a wrong element type of a direct call', () => {
    const [first] = Object.keys(spec.inputs) as [string];
    const feeds = feedsOf(spec);
    const call = (inputs: Record<string, Tensor>) => () => native.ops[spec.direct](inputs);
    const rest = { ...feeds };
    delete rest[first];
    expect(call(rest)).toThrow(`input ${first} is missing`);
    expect(call({ ...feeds, [first]: random([1, 1, 1, 1, 1, 1], 1) })).toThrow(`input ${first} has the shape [1,1,1,1,1,1]`);
    expect(call({ ...feeds, [first]: { type: 'int32', dims: [1], data: new Int32Array(1) } })).toThrow('expected float32, got int32');
    expect(() => native.ops[spec.direct](feeds, {}, { isa: 'sse9' })).toThrow('unknown instruction set sse9');
  });

  it('lets NaN and infinity through without harm', async () => {
    const feeds = feedsOf(spec);
    for (const poison of [Number.NaN, Infinity, -Infinity]) {
      const [first] = Object.keys(spec.inputs) as [string];
      const tensor = random(spec.inputs[first]!, 1);
      tensor.data[5] = poison;
      const session = openGraph(spec, feeds, spec.attributes, 1);
      const { y } = await session.run({ ...feeds, [first]: tensor });
      expect((y!.data as Float32Array).some((value) => !Number.isFinite(value))).toBe(true);
      expect((y!.data as Float32Array).some(Number.isFinite)).toBe(true);
      session.dispose();
    }
  });
});

describe('shapes', () => {
  it('are known when the graph is loaded, as far as the inputs tell', () => {
    const g = new GraphBuilder('shapes');
    const x = g.input('x', ['batch', 'time', D]);
    const [y, s] = g.nodes(2, 'CausalConv1d', [x, g.initializer('w', [D, K], new Float32Array(D * K)), undefined, g.input('s0', ['batch', K - 1, D])], {}, 'ssm');
    g.output('y', y!, ['a', 'b', 'c']);
    g.output('s', s!, ['d', 'e', 'f']);
    const session = native.openSession(g.toModel(), { threads: 1 });
    expect(session.outputs.map(({ dims }) => dims)).toEqual([[-1, -1, D], [-1, K - 1, D]]);
    session.dispose();
  });

  it('B and C must have the same groups, one where the rank is 3', () => {
    const x = { x: random([1, 4, 6, 2], 1), dt: random([1, 4, 6], 1), A: random([6], 1) };
    const of = (groups: number) => random(groups === 0 ? [1, 4, 5] : [1, 4, groups, 5], 1);
    const call = (b: number, c: number) => () => native.ops.stateSpaceDual({ ...x, B: of(b), C: of(c) });
    for (const [b, c] of [[0, 1], [1, 0], [0, 0], [3, 3], [6, 6]] as const) expect(call(b, c)().outputs.y!.dims).toEqual([1, 4, 6, 2]);
    for (const [b, c] of [[0, 3], [3, 0], [2, 3]] as const) expect(call(b, c)).toThrow('input C has the shape');
    expect(call(4, 4)).toThrow('groups'); // 4 does not divide 6 heads
  });

  it('a map may be empty, and has four directions', () => {
    const inputs = (directions: number, height: number) => ({
      u: random([1, height, 3, 2], 1),
      delta: random([1, directions, height, 3, 2], 2),
      A: random([directions, 2, 1], 3),
      B: random([1, directions, height, 3, 1], 4),
      C: random([1, directions, height, 3, 1], 5),
    });
    expect(native.ops.selectiveScan2d(inputs(4, 0)).outputs.y!.dims).toEqual([1, 0, 3, 2]);
    expect(() => native.ops.selectiveScan2d(inputs(2, 5))).toThrow('input delta has the shape [1,2,5,3,2], expected [B=1,4,H=5,W=3,D=2]');
  });

  it('of a map are known when the graph is loaded', () => {
    const g = new GraphBuilder('shapes');
    const map = (name: string, size: number) => g.input(name, ['batch', 4, 'height', 'width', size]);
    const inputs = [g.input('u', ['batch', 'height', 'width', D]), map('delta', D), g.input('A', [4, D, N]), map('B', N), map('C', N)];
    g.output('y', g.node('SelectiveScan2d', inputs, {}, 'ssm'), ['a', 'b', 'c', 'd']);
    const session = native.openSession(g.toModel(), { threads: 1 });
    expect(session.outputs.map(({ dims }) => dims)).toEqual([[-1, -1, -1, D]]);
    session.dispose();
  });

  it('without B each channel has states of its own, and real numbers need no second part', () => {
    const x = random([1, 5, 3], 1);
    const call = (A: number[], C: number[], more: Record<string, Tensor> = {}, attributes = {}) => () => native.ops.diagonalStateSpace({ x, A: random(A, 2), C: random(C, 3), ...more }, attributes);
    expect(call([3, 4, 2], [3, 4])().outputs.h!.dims).toEqual([1, 3, 4, 2]);
    expect(call([3, 4, 2], [3, 4, 2])().outputs.y!.dims).toEqual([1, 5, 3]);
    expect(call([4, 2], [6, 4], { B: random([4, 3], 4) })().outputs.y!.dims).toEqual([1, 5, 6]);
    expect(call([4, 2], [3, 4])).toThrow('groups in A is 1, expected as many as x has channels, for input B is absent, 3');
    expect(call([3, 4, 2], [3, 4, 2], { B: random([4, 3], 4) })).toThrow('groups in A is 3, expected one state');
    expect(call([3, 4, 3], [3, 4])).toThrow('input A has the shape [3,4,3], expected [G,N,2] or [N,2]');
    expect(call([3, 4, 2], [3, 4, 3])).toThrow('input C has 3 parts');
    expect(call([3, 4, 2], [3, 4], { dt: random([4], 5) }, { discretization: 'zoh' })).toThrow('input dt has the shape [4], expected [D=3]');
    expect(call([3, 4, 2], [3, 4], { dt: random([3], 5) })).toThrow('name a discretization');
    expect(call([3, 4, 2], [3, 4], {}, { discretization: 'euler' })).toThrow('"none", "exponential", "zoh", "bilinear"');
  });

  it('a norm takes and gives any number of axes, in rows of equal length', async () => {
    const weight = random([D], 1);
    for (const dims of [[D], [3, D], [2, 3, D], [2, 1, 3, D]]) {
      const x = random(dims, 2);
      const { y } = native.ops.gatedRmsNorm({ x, weight }).outputs;
      expect(y!.dims).toEqual(dims);
      expect(y!.data).toEqual(native.ops.gatedRmsNorm({ x: { ...x, dims: [x.data.length / D, D] }, weight }).outputs.y!.data);
      const g = new GraphBuilder('norm');
      g.output('y', g.node('GatedRmsNorm', [g.input('x', dims.map((dim, axis) => (axis === 0 ? 'first' : dim))), g.input('weight', ['D'])], {}, 'ssm'), dims.map((_, axis) => `y${axis}`));
      const session = native.openSession(g.toModel(), { threads: 1 });
      expect(session.outputs[0]!.dims.slice(1)).toEqual(dims.slice(1));
      expect((await session.run({ x, weight })).y).toEqual(y);
      session.dispose();
    }
  });

  it('a kernel of no taps is refused', () => {
    expect(() => native.ops.causalConv1d({ x: random([1, 4, 2], 1), w: random([2, 0], 1) })).toThrow('the size K is 0, expected at least 1');
  });

  it('an output larger than any memory is refused', () => {
    const huge = 2 ** 52;
    const inputs = { u: random([huge, 0, 64], 1), delta: random([huge, 0, 64], 1), A: random([64, 64], 1), B: random([huge, 0, 64], 1), C: random([huge, 0, 64], 1) };
    expect(() => native.ops.selectiveScan(inputs)).toThrow('output h would have');
  });
});
