import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../models/graph/graph-builder';
import { timesAsLong } from '../../support/speed';

describe('GraphBuilder', () => {
  it('writes a model that ONNX Runtime loads and runs', async () => {
    const g = new GraphBuilder('affine');
    const x = g.input('x', ['rows', 2]);
    const weight = g.initializer('weight', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
    const half = g.scalar(0.5);
    const scaled = g.node('Mul', [g.node('MatMul', [x, weight]), half]);
    g.output('y', g.node('Reshape', [scaled, g.ints([-1])]), ['size']);
    const session = await ort.InferenceSession.create(g.toModel());
    expect(session.inputNames).toEqual(['x']);
    const { y } = await session.run({ x: new ort.Tensor('float32', [1, 0, 0, 2], [2, 2]) });
    expect([...(y!.data as Float32Array)]).toEqual([0.5, 1, 1.5, 4, 5, 6]);
  });

  it('gives every kind of attribute, absent inputs and body graphs their place', async () => {
    const g = new GraphBuilder('kinds');
    const x = g.input('x', ['time', 2]);
    const body = new GraphBuilder('running-sum', g); // Scan: state and element in, state and element out
    const sum = body.node('Add', [body.input('sum', [2]), body.input('element', [2])]);
    body.output('sum_out', sum, [2]);
    body.output('partial', sum, [2]); // the same value twice
    const start = g.initializer('start', [2], new Float32Array(2));
    const [last, partial] = g.nodes(2, 'Scan', [start, x], { body, num_scan_inputs: 1 });
    g.output('last', last!, [2]);
    g.output('clipped', g.node('Clip', [partial, undefined, g.scalar(3)]), ['time', 2]); // no minimum
    g.output('leaky', g.node('LeakyRelu', [x], { alpha: { float: 0.25 } }), ['time', 2]);
    const session = await ort.InferenceSession.create(g.toModel());
    const result = await session.run({ x: new ort.Tensor('float32', [1, -4, 2, 1, 3, 8], [3, 2]) });
    const read = (name: string) => [...(result[name]!.data as Float32Array)];
    expect(read('last')).toEqual([6, 5]);
    expect(read('clipped')).toEqual([1, -4, 3, -3, 3, 3]);
    expect(read('leaky')).toEqual([1, -1, 2, 1, 3, 8]);
  });

  it('stores equal constants once and refuses a second value of the same name', () => {
    const g = new GraphBuilder('names');
    expect(g.ints([1, 2])).toBe(g.ints([1, 2]));
    expect(g.ints([1, 2])).not.toBe(g.ints([12]));
    expect(g.scalar(1)).toBe(g.scalar(1));
    g.input('x', [1]);
    expect(() => g.input('x', [1])).toThrow('two values called x');
    expect(() => g.initializer('w', [2, 2], new Float32Array(3))).toThrow('needs 4 elements, got 3');
  });

  it('writes 64 MB as blocks of bytes, not one by one', () => {
    const g = new GraphBuilder('large');
    const values = new Float32Array(4096 * 4096);
    g.output('y', g.node('MatMul', [g.input('x', [1, 4096]), g.initializer('weight', [4096, 4096], values)]), [1, 4096]);
    const write = () => g.toModel();
    expect(write().byteLength).toBeGreaterThan(64 << 20);
    expect(timesAsLong(write, () => values.slice(), 3)).toBeLessThan(20); // copies of as much; it takes three or four
  });
});
