import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../models/graph/graph-builder';
import { loadNative, type NativeKernels, type Session, type Tensor } from '../../native-kernels/lib';
import { float32, random } from './tensors';

let native: NativeKernels;
let add: Session;

beforeAll(() => {
  native = loadNative();
  const g = new GraphBuilder('add');
  g.output('c', g.node('Add', [g.input('a', ['n', 2]), g.input('b', ['n', 2])]), ['n', 2]);
  add = native.openSession(g.toModel(), { threads: 1 });
});

describe('a model that cannot be opened', () => {
  it.each([
    ['no bytes', new Uint8Array(), 'ORT_INVALID_ARGUMENT'],
    ['random bytes', Uint8Array.from({ length: 1000 }, (_, i) => (i * 7919) % 256), 'ORT_INVALID_PROTOBUF'],
    ['a path to nothing', '/no/such/модель.onnx', 'ORT_NO_SUCH_FILE'],
    ['an empty path', '', 'ORT_NO_SUCH_FILE'],
  ])('%s', (_, model, code) => {
    expect(() => native.openSession(model)).toThrow(expect.objectContaining({ code }));
  });

  it('an unknown operator is named', () => {
    const g = new GraphBuilder('unknown');
    g.output('y', g.node('NoSuchOperator', [g.input('x', [1])], {}, 'ssm'), [1]);
    expect(() => native.openSession(g.toModel())).toThrow(/NoSuchOperator/);
  });

  it.each([
    ['reverse', { reverse: 2 }, /reverse must be the integer 0 or 1/],
    ['reverse of another type', { reverse: { float: 1 } }, /reverse must be the integer 0 or 1/],
    ['activation', { activation: 'gelu' }, /activation must be one of "", "silu", got gelu/],
    ['activation of another type', { activation: 1 }, /activation must be one of/],
    ['a very long activation', { activation: 'x'.repeat(500) }, /activation must be one of/],
  ])('a wrong attribute is named: %s', (_, attributes, message) => {
    const g = new GraphBuilder('attributes');
    g.output('y', g.node('CausalConv1d', [g.input('x', [1, 4, 2]), g.input('w', [2, 3])], attributes, 'ssm'), [1, 4, 2]);
    expect(() => native.openSession(g.toModel())).toThrow(message);
  });

  it.each([
    ['groups', { groups: 0 }, /groups must be an integer of at least 1/],
    ['groups of another type', { groups: { float: 2 } }, /groups must be an integer of at least 1/],
    ['epsilon', { epsilon: { float: -1e-5 } }, /epsilon must be a number of at least 0/],
    ['epsilon of another type', { epsilon: 'small' }, /epsilon must be a number of at least 0/],
  ])('a wrong number is named: %s', (_, attributes, message) => {
    const g = new GraphBuilder('attributes');
    g.output('y', g.node('GatedRmsNorm', [g.input('x', [1, 4, 2]), g.input('weight', [2])], attributes, 'ssm'), [1, 4, 2]);
    expect(() => native.openSession(g.toModel())).toThrow(message);
  });

  it('truncated and flipped bytes give an error or a session, never a crash', () => {
    const g = new GraphBuilder('scan');
    const scan = g.node('CausalConv1d', [g.input('x', [1, 'l', 2]), g.initializer('w', [2, 3], new Float32Array(6))], { activation: 'silu' }, 'ssm');
    g.output('y', scan, [1, 'l', 2]);
    const model = g.toModel();
    let failed = 0;
    const attempt = (bytes: Uint8Array) => {
      try {
        native.openSession(bytes, { threads: 1 }).dispose();
      } catch (error) {
        failed++;
        expect((error as { code: string }).code).toMatch(/^ORT_/);
      }
    };
    for (let length = 1; length < model.length; length += 3) attempt(model.subarray(0, length));
    for (let i = 0; i < model.length; i++) {
      const bytes = Uint8Array.from(model);
      bytes[i]! ^= 1 << (i % 8);
      attempt(bytes);
    }
    expect(failed).toBeGreaterThan(model.length / 4);
  });
});

describe('feeds that do not fit', () => {
  const good = random([3, 2], 1);
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ['a missing input', { a: good }, /tensor b: the model has this input/],
    ['an unknown input', { a: good, b: good, x: good }, /Invalid input name: x/],
    ['another element type', { a: good, b: { type: 'int32', dims: [3, 2], data: new Int32Array(6) } }, /Unexpected input data type/],
    ['another shape', { a: good, b: random([3, 5], 1) }, /invalid dimensions for input: b/],
    ['another rank', { a: good, b: random([6], 1) }, /Invalid rank for input: b/],
    ['shapes that disagree', { a: good, b: random([2, 2], 1) }, /Status Message/],
    ['too few elements', { a: good, b: { ...good, data: new Float32Array(5) } }, /the shape \[3,2\] needs 6 elements, data has 5/],
    ['a typed array of another type', { a: good, b: { ...good, data: new Float64Array(6) } }, /must be a Float32Array/],
    ['an unknown type', { a: good, b: { ...good, type: 'string' } }, /expected the type float32.*got string/],
    ['negative dims', { a: good, b: { ...good, dims: [-3, -2] } }, /whole numbers of 0 or more/],
    ['fractional dims', { a: good, b: { ...good, dims: [1.5, 4] } }, /whole numbers of 0 or more/],
    ['dims whose product overflows', { a: good, b: { ...good, dims: [2 ** 40, 2 ** 40] } }, /elements, data has 6/],
    ['no tensor', { a: good, b: 5 }, /expected an object/],
    ['an array in place of a typed array', { a: good, b: { ...good, data: [1, 2, 3, 4, 5, 6] } }, /must be a Float32Array/],
  ];

  it.each(cases)('%s', async (_, feeds, message) => {
    await expect(add.run(feeds as Record<string, Tensor>)).rejects.toThrow(message);
    expect((await add.run({ a: good, b: good })).c!.dims).toEqual([3, 2]);
  });

  it('an unknown output', async () => {
    await expect(add.run({ a: good, b: good }, { outputs: ['d'] })).rejects.toMatchObject({ code: 'ORT_INVALID_ARGUMENT' });
  });

  it('threads that are no count', () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 1e9]) expect(() => native.openSession(new Uint8Array(1), { threads })).toThrow(RangeError);
  });
});

it('values that are not finite pass through', async () => {
  const { c } = await add.run({ a: float32([1, 2], [Number.NaN, Infinity]), b: float32([1, 2], [1, 1]) });
  expect(c!.data).toEqual(Float32Array.of(Number.NaN, Infinity));
});
