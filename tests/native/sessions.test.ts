import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type NativeKernels, type Session, type Tensor } from '../../native-kernels/lib';
import { float32 } from './tensors';

let native: NativeKernels;
const sessions: Session[] = [];

beforeAll(() => {
  native = loadNative();
});

afterEach(() => {
  for (const session of sessions.splice(0)) session.dispose();
});

function open(build: (g: GraphBuilder) => void, threads = 1): Session {
  const g = new GraphBuilder('test');
  build(g);
  const session = native.openSession(g.toModel(), { threads });
  sessions.push(session);
  return session;
}

/** A graph of one float32 operator whose inputs are named in `dims`. */
const oneNode = (op: string, dims: Record<string, (number | string)[]>, outputs: Record<string, (number | string)[]>, attributes = {}, domain = '') => (g: GraphBuilder) => {
  const values = g.nodes(Object.keys(outputs).length, op, Object.entries(dims).map(([name, shape]) => g.input(name, shape)), attributes, domain);
  Object.entries(outputs).forEach(([name, shape], i) => g.output(name, values[i]!, shape));
};

describe('sessions', () => {
  it('run a graph of stock operators and describe its ports', async () => {
    const session = open(oneNode('MatMul', { a: ['n', 3], b: [3, 2] }, { c: ['n', 2] }));
    expect(session.inputs).toEqual([{ name: 'a', type: 'float32', dims: [-1, 3] }, { name: 'b', type: 'float32', dims: [3, 2] }]);
    const { c } = await session.run({ a: float32([1, 3], [1, 2, 3]), b: float32([3, 2], [1, 0, 0, 1, 1, 1]) });
    expect(c).toEqual(float32([1, 2], [4, 5]));
  });

  it('carry every element type in and out', async () => {
    const tensors: Tensor[] = [
      float32([2], [1.5, -2]),
      { type: 'int64', dims: [2], data: BigInt64Array.of(-(2n ** 60n), 7n) },
      { type: 'int32', dims: [2], data: Int32Array.of(-5, 2 ** 30) },
      { type: 'uint8', dims: [2], data: Uint8Array.of(0, 255) },
      { type: 'bool', dims: [2], data: Uint8Array.of(0, 1) },
      { type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0xc000) },
    ];
    const session = open((g) => {
      for (const { type } of tensors) g.output(`out_${type}`, g.node('Identity', [g.input(type, [2], type)]), [2], type);
    });
    const results = await session.run(Object.fromEntries(tensors.map((tensor) => [tensor.type, tensor])));
    for (const tensor of tensors) expect(results[`out_${tensor.type}`]).toEqual(tensor);
  });

  it.skipIf(process.platform !== 'linux')('give memory back after a run where the inputs are large', async () => {
    const kept = async (shapes: 'few' | 'large') => {
      const g = new GraphBuilder('test');
      const wide = g.node('Tile', [g.input('x', ['n']), g.ints([2 ** 24])]); // 64 MiB
      g.output('sum', g.node('ReduceSum', [wide], { keepdims: 0 }), []);
      const session = native.openSession(g.toModel(), { threads: 1, shapes });
      sessions.push(session);
      const before = process.memoryUsage.rss();
      await session.run({ x: float32([1], [1]) });
      return process.memoryUsage.rss() - before;
    };
    const large = await kept('large');
    expect(large).toBeLessThan((await kept('few')) / 2);
  });

  it('give the wanted outputs only, scalars and empty tensors', async () => {
    const session = open((g) => {
      const x = g.input('x', ['n']);
      g.output('double', g.node('Add', [x, x]), ['n']);
      g.output('sum', g.node('ReduceSum', [x], { keepdims: 0 }), []);
    });
    expect(await session.run({ x: float32([0], []) }, { outputs: ['double'] })).toEqual({ double: float32([0], []) });
    expect(await session.run({ x: float32([3], [1, 2, 3]) }, { outputs: ['sum'] })).toEqual({ sum: float32([], [6]) });
  });

  it('read a view into a larger buffer at its offset', async () => {
    const session = open(oneNode('Neg', { x: [2] }, { y: [2] }));
    const buffer = Float32Array.of(9, 9, 1, 2, 9);
    expect((await session.run({ x: { type: 'float32', dims: [2], data: buffer.subarray(2, 4) } })).y).toEqual(float32([2], [-1, -2]));
  });

  it('leave the model bytes free once open', async () => {
    const g = new GraphBuilder('test');
    g.output('y', g.node('Add', [g.input('x', [2]), g.initializer('w', [2], Float32Array.of(10, 20))]), [2]);
    const bytes = g.toModel();
    const session = native.openSession(bytes, { threads: 1, optimization: 'none' });
    sessions.push(session);
    bytes.fill(0);
    expect((await session.run({ x: float32([2], [1, 2]) })).y).toEqual(float32([2], [11, 22]));
  });

  it('give the same with and without a plan of memory for each shape', async () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', ['n']);
    g.output('y', g.node('Add', [g.node('Mul', [x, x]), g.node('Neg', [x])]), ['n']);
    for (const shapes of ['few', 'many'] as const) {
      const session = native.openSession(g.toModel(), { threads: 1, shapes });
      sessions.push(session);
      for (const n of [1, 700, 3, 700, 40_000, 1]) {
        const { y } = await session.run({ x: float32([n], new Array(n).fill(3)) });
        expect(y!.dims).toEqual([n]);
        expect(y!.data.every((value) => value === 6)).toBe(true);
      }
    }
  });

  it('run several times at once', async () => {
    const session = open(oneNode('MatMul', { a: [64, 64], b: [64, 64] }, { c: [64, 64] }), 2);
    const feeds = (value: number) => ({ a: float32([64, 64], new Array(4096).fill(value)), b: float32([64, 64], new Array(4096).fill(1)) });
    const results = await Promise.all(Array.from({ length: 24 }, (_, i) => session.run(feeds(i))));
    results.forEach(({ c }, i) => expect(c!.data.every((value) => value === 64 * i)).toBe(true));
  });

  it('may be disposed while they run, and reject afterwards', async () => {
    const session = open(oneNode('MatMul', { a: [256, 256], b: [256, 256] }, { c: [256, 256] }));
    const ones = float32([256, 256], new Array(65536).fill(1));
    const running = Promise.all([session.run({ a: ones, b: ones }), session.run({ a: ones, b: ones })]);
    session.dispose();
    for (const { c } of await running) expect(c!.data[65535]).toBe(256);
    await expect(session.run({ a: ones, b: ones })).rejects.toMatchObject({ code: 'SESSION_DISPOSED' });
  });
});
