import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../models/checkpoints/safetensors';
import { ModelError } from '../../../models/errors';
import { Random } from '../../support/random';

/** A file with the given header text and data. */
function fileOf(header: string | object, data: ArrayLike<number> = [], claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

const entry = (dtype: string, shape: number[], begin: number, end: number) => ({ dtype, shape, data_offsets: [begin, end] });
const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);

/** The message of the BAD_CHECKPOINT that reading must raise. */
function refusal(file: Uint8Array): string {
  try {
    readSafetensors(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).code).toBe('BAD_CHECKPOINT');
    return (error as ModelError).message;
  }
  throw new Error('the file was accepted');
}

describe('element types', () => {
  const cases: [string, ArrayBufferView, number[]][] = [
    ['F64', Float64Array.of(1.5, -1e300, NaN), [1.5, -Infinity, NaN]],
    ['F32', Float32Array.of(1.5, -0, 3e38), [1.5, -0, Math.fround(3e38)]],
    ['F16', Uint16Array.of(0x3e00, 0x8000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0xfc00, 0x7e00), [1.5, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, -Infinity, NaN]],
    ['BF16', Uint16Array.of(0x3fc0, 0xc000, 0x0001, 0x7f80), [1.5, -2, 2 ** -133, Infinity]],
    ['I64', BigInt64Array.of(-3n, 2n ** 40n), [-3, 2 ** 40]],
    ['U64', BigUint64Array.of(3n), [3]],
    ['I32', Int32Array.of(-3, 7), [-3, 7]],
    ['U32', Uint32Array.of(2 ** 31), [2 ** 31]],
    ['I16', Int16Array.of(-3), [-3]],
    ['U16', Uint16Array.of(65535), [65535]],
    ['I8', Int8Array.of(-3), [-3]],
    ['U8', Uint8Array.of(255), [255]],
    ['BOOL', Uint8Array.of(1, 0), [1, 0]],
  ];
  it.each(cases)('%s', (dtype, values, expected) => {
    const bytes = bytesOf(values);
    const shape = [expected.length];
    // one byte first, so that the values are not aligned
    const file = fileOf({ pad: entry('U8', [1], 0, 1), x: entry(dtype, shape, 1, 1 + bytes.length) }, [9, ...bytes]);
    const x = readSafetensors(file).get('x')!;
    expect([...x.toFloat32()]).toEqual(expected);
    expect({ name: x.name, shape: x.shape, dtype: x.dtype }).toEqual({ name: 'x', shape, dtype });
  });
});

describe('a well-formed file', () => {
  it('is read as it was written: names, shapes, values, scalars and empty tensors', () => {
    const tensors = [
      { name: 'a.weight', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: 'Ünïcode "quoted": {', shape: [], data: Float32Array.of(7) },
      { name: '__proto__', shape: [0, 4], data: new Float32Array(0) },
    ];
    const read = readSafetensors(writeSafetensors(tensors));
    expect([...read.values()].map(({ name, shape, toFloat32 }) => ({ name, shape, data: toFloat32() }))).toEqual(tensors);
  });

  it('may carry metadata and be a slice of a larger buffer', () => {
    const file = fileOf({ __metadata__: { format: 'pt' }, x: entry('F32', [1], 0, 4) }, bytesOf(Float32Array.of(2.5)));
    const larger = Buffer.concat([Buffer.from([1, 2, 3]), file]).subarray(3);
    expect([...readSafetensors(larger)].map(([name, x]) => [name, ...x.toFloat32()])).toEqual([['x', 2.5]]);
  });

  it('gives copies: what a caller does to them does not reach the file', () => {
    const tensors = readSafetensors(writeSafetensors([{ name: 'x', shape: [1], data: Float32Array.of(1) }]));
    tensors.get('x')!.toFloat32()[0] = 5;
    expect([...tensors.get('x')!.toFloat32()]).toEqual([1]);
  });

  it('cannot be written from a shape that its data does not have', () => {
    expect(() => writeSafetensors([{ name: 'x', shape: [3], data: new Float32Array(2) }])).toThrow('x [3] has 2 elements');
  });
});

describe('a damaged file is refused', () => {
  const one = entry('U8', [4], 0, 4);
  const cases: [string, Uint8Array, string][] = [
    ['no bytes', new Uint8Array(0), 'expected at least 8 bytes, got 0'],
    ['a header longer than the file', fileOf('{}', [], 1000n), 'the header claims 1000 bytes'],
    ['a header of 2^63 bytes', fileOf('{}', [], 2n ** 63n), 'at most 10000000 are allowed'],
    ['a header that is no JSON', fileOf('{"x": '), 'not JSON'],
    ['a header that is no text', fileOf('\0'), 'not JSON'],
    ['a list', fileOf('[]'), 'not a JSON object'],
    ['null', fileOf('null'), 'not a JSON object'],
    ['a name twice', fileOf(`{"x":${JSON.stringify(one)},"\\u0078":${JSON.stringify(one)}}`, [1, 2, 3, 4]), 'names a tensor twice'],
    ['no description', fileOf({ x: 5 }), 'tensor x is not described'],
    ['an unknown field', fileOf({ x: { ...one, more: 1 } }, [1, 2, 3, 4]), 'tensor x is not described'],
    ['a negative dimension', fileOf({ x: { ...one, shape: [-4] } }, [1, 2, 3, 4]), 'tensor x is not described'],
    ['a broken dimension', fileOf({ x: { ...one, shape: [1.5] } }, [1, 2, 3, 4]), 'tensor x is not described'],
    ['an unknown element type', fileOf({ x: { ...one, dtype: 'toString' } }, [1, 2, 3, 4]), 'element type toString'],
    ['a shape larger than its bytes', fileOf({ x: entry('F32', [2], 0, 4) }, [1, 2, 3, 4]), 'needs 8 bytes, got 4'],
    ['a shape that overflows', fileOf({ x: entry('F32', [2 ** 50, 2 ** 50, 2 ** 50], 0, 4) }, [1, 2, 3, 4]), 'needs'],
    ['an end behind the data', fileOf({ x: entry('U8', [5], 0, 5) }, [1, 2, 3, 4]), 'the data has 4'],
    ['an end before its beginning', fileOf({ x: entry('U8', [0], 4, 0) }, [1, 2, 3, 4]), 'bytes 4 to 0'],
    ['an overlap', fileOf({ x: one, y: entry('U8', [2], 3, 5) }, [1, 2, 3, 4, 5]), 'tensors overlap'],
    ['a gap', fileOf({ x: one, y: entry('U8', [1], 5, 6) }, [1, 2, 3, 4, 5, 6]), 'leave a gap'],
    ['data that no tensor has', fileOf({ x: one }, [1, 2, 3, 4, 5]), 'cover 4 bytes of the data, expected 5'],
  ];
  it.each(cases)('%s', (_, file, reason) => expect(refusal(file)).toContain(reason));

  const sound = writeSafetensors([
    { name: 'first', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    { name: 'second', shape: [3], data: Float32Array.of(5, 6, 7) },
  ]);

  it('wherever it is cut off', () => {
    for (let length = 0; length < sound.length; length++) expect(refusal(sound.subarray(0, length))).toContain('not a safetensors file');
  });

  it('or still means something, whatever bytes are changed: 5,000 mutations, never another error', () => {
    const random = new Random(7);
    let refused = 0;
    for (let i = 0; i < 5000; i++) {
      const file = sound.slice();
      for (let changes = 1 + random.below(4); changes > 0; changes--) file[random.below(file.length)] = random.below(256);
      try {
        for (const tensor of readSafetensors(file).values()) tensor.toFloat32();
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000); // most of the file is header
    expect(refused).toBeLessThan(5000); // and some is data, where any byte is sound
  });

  it('without taking memory for what it claims', () => {
    const before = process.memoryUsage().arrayBuffers;
    refusal(fileOf({ x: entry('F64', [2 ** 30], 0, 2 ** 33) }));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });
});
