/** Both PyTorch readers on files built here, and on published ones where they are. */
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../models/checkpoints/open-checkpoint';
import { writeSafetensors } from '../../../models/checkpoints/safetensors';
import { readShared, sharedMissing } from '../../support/shared-files';
import { bool, build, bytesOf, dict, float, global, int, joined, list, long, none, parameter, reduce, tensor, text, torchLegacy, torchZip, tuple, zip, type Piece, type StorageSpec, type ZipEntry } from '../../support/torch-files';

const f32 = Float32Array.of(0, 1, 2, 3, 4, 5);
const six: StorageSpec = { key: '0', type: 'Float', length: 6 };

interface Container {
  name: string;
  write(object: Piece): Uint8Array;
}
const containers: Container[] = [
  { name: 'an archive', write: (object) => torchZip(object, { 0: bytesOf(f32) }) },
  { name: 'a deflated archive', write: (object) => torchZip(object, { 0: bytesOf(f32) }, { deflate: true }) },
  { name: 'a ZIP64 archive', write: (object) => torchZip(object, { 0: bytesOf(f32) }, { zip64: true }) },
  { name: 'a legacy file', write: (object) => torchLegacy(object, [{ key: '0', length: 6, bytes: bytesOf(f32) }]) },
];

describe.each(containers)('$name', ({ write }) => {
  const read = (tensors: Record<string, Piece>) =>
    Object.fromEntries([...openCheckpoint(write(dict(tensors))).weights].map(([name, { shape, toFloat32 }]) => [name, { shape, values: [...toFloat32()] }]));

  it('gives tensors that share a storage, lie transposed, sliced, expanded or empty on it', () => {
    const tensors = {
      whole: tensor(six, [2, 3]),
      transposed: tensor(six, [3, 2], [1, 3]),
      column: tensor(six, [2], [3], 1),
      diagonal: tensor(six, [2], [4]),
      expanded: tensor(six, [2, 2], [0, 1], 4),
      scalar: tensor(six, [], [], 5),
      empty: tensor(six, [0, 3]),
      single: tensor(six, [1, 3], [77, 1], 3), // the stride of a lone row means nothing
    };
    expect(read(tensors)).toEqual({
      whole: { shape: [2, 3], values: [0, 1, 2, 3, 4, 5] },
      transposed: { shape: [3, 2], values: [0, 3, 1, 4, 2, 5] },
      column: { shape: [2], values: [1, 4] },
      diagonal: { shape: [2], values: [0, 4] },
      expanded: { shape: [2, 2], values: [4, 5, 4, 5] },
      scalar: { shape: [], values: [5] },
      empty: { shape: [0, 3], values: [] },
      single: { shape: [1, 3], values: [3, 4, 5] },
    });
  });

  it('takes parameters as their tensors', () => {
    expect(read({ w: parameter(tensor(six, [6])) })).toEqual({ w: { shape: [6], values: [0, 1, 2, 3, 4, 5] } });
  });

  it.each(['model', 'state_dict', 'model_ema', 'params_ema', 'params', 'model_state_dict', 'generator'])('looks through %s and drops module.', (wrapper) => {
    const { weights, wrapper: found, config } = openCheckpoint(write(dict({ epoch: int(7), [wrapper]: dict({ 'module.a': tensor(six, [6]), 'module.b': tensor(six, [2]) }) })));
    expect([...weights.keys()]).toEqual(['a', 'b']);
    expect(found).toBe(wrapper);
    expect(config).toEqual({ epoch: 7 });
  });

  it('looks through nested wrappers, and through a name of its own that alone holds tensors', () => {
    const object = dict({ state_dict: dict({ net: dict({ a: tensor(six, [6]) }), lr: float(0.5) }) });
    expect(openCheckpoint(write(object))).toMatchObject({ wrapper: 'state_dict.net', config: { state_dict: { lr: 0.5 } } });
  });

  it('prefers weights to their running averages', () => {
    const both = openCheckpoint(write(dict({ params_ema: dict({ a: tensor(six, [1], [1], 5) }), params: dict({ a: tensor(six, [1], [1], 2) }) })));
    expect([...both.weights.get('a')!.toFloat32()]).toEqual([2]);
  });

  it('keeps plain values as the configuration, and of unknown objects their state only', () => {
    const args = build(reduce(global('argparse', 'Namespace')), dict({ lr: float(0.5), betas: tuple(float(0.9), float(0.99)) }));
    const object = dict({
      w: tensor(six, [6]),
      args,
      names: list(text('a'), none, bool(true)),
      seed: long(2n ** 70n),
      score: reduce(global('numpy.core.multiarray', 'scalar'), int(1)),
    });
    expect(openCheckpoint(write(object)).config).toEqual({ args: { lr: 0.5, betas: [0.9, 0.99] }, names: ['a', null, true], seed: String(2n ** 70n), score: null });
  });

  it('never calls what it names', () => {
    const attack = reduce(global('os', 'system'), text('touch owned'));
    const { weights, config } = openCheckpoint(write(dict({ w: tensor(six, [6]), attack, eval: reduce(global('builtins', 'eval'), text('1+1')) })));
    expect([...weights.keys()]).toEqual(['w']);
    expect(config).toEqual({ attack: null, eval: null });
  });
});

describe('element types', () => {
  const cases: [string, string, ArrayBufferView, number[]][] = [
    ['Double', 'F64', Float64Array.of(1.5, -2), [1.5, -2]],
    ['Half', 'F16', Uint16Array.of(0x3e00, 0xc000), [1.5, -2]],
    ['BFloat16', 'BF16', Uint16Array.of(0x3fc0, 0xc000), [1.5, -2]],
    ['Long', 'I64', BigInt64Array.of(-3n, 2n ** 40n), [-3, 2 ** 40]],
    ['Int', 'I32', Int32Array.of(-3, 7), [-3, 7]],
    ['Short', 'I16', Int16Array.of(-3, 7), [-3, 7]],
    ['Char', 'I8', Int8Array.of(-3, 7), [-3, 7]],
    ['Byte', 'U8', Uint8Array.of(255, 7), [255, 7]],
    ['Bool', 'BOOL', Uint8Array.of(1, 0), [1, 0]],
  ];
  it.each(cases)('%s', (type, dtype, values, expected) => {
    const object = dict({ x: tensor({ key: 'k', type, length: 2 }, [2]) });
    for (const file of [torchZip(object, { k: bytesOf(values) }), torchLegacy(object, [{ key: 'k', length: 2, bytes: bytesOf(values) }])]) {
      const x = openCheckpoint(file).weights.get('x')!;
      expect({ dtype: x.dtype, values: [...x.toFloat32()] }).toEqual({ dtype, values: expected });
    }
  });
});

describe('the pickle machine', () => {
  it('reads what protocol 4 writes: memoised short texts, names from the stack, frames', () => {
    const short = (value: string) => joined([0x8c, value.length], value, [0x94]);
    const callee = joined(short('torch._utils'), short('_rebuild_tensor_v2'), [0x93, 0x94]);
    const whole = tensor(six, [6]);
    const args = whole.subarray(whole.indexOf('('.charCodeAt(0))); // behind the name
    const object = joined([0x95, 0, 0, 0, 0, 0, 0, 0, 0], '}', [0x94], '(', short('w'), callee, args, 'u');
    expect([...openCheckpoint(torchZip(object, { 0: bytesOf(f32) })).weights.keys()]).toEqual(['w']);
  });

  it('recalls values by number, and marks and drops them', () => {
    const object = joined('}', '(', text('a'), tensor(six, [6]), 'q', [9], text('b'), 'h', [9], text('c'), 'j', [9, 0, 0, 0], int(1), '0', 'u');
    expect([...openCheckpoint(torchZip(object, { 0: bytesOf(f32) })).weights.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('reads storages of which the file names a view', () => {
    const object = dict({ w: tensor({ ...six, view: { offset: 4 } }, [2]) });
    expect([...openCheckpoint(torchLegacy(object, [{ key: '0', length: 6, bytes: bytesOf(f32) }])).weights.get('w')!.toFloat32()]).toEqual([4, 5]);
  });
});

it('opens safetensors too, and slices of larger buffers', () => {
  const file = writeSafetensors([{ name: 'x', shape: [2], data: Float32Array.of(1, 2) }]);
  expect(openCheckpoint(file)).toMatchObject({ format: 'safetensors', wrapper: '', config: null });
  const archive = torchZip(dict({ w: tensor(six, [6]) }), { 0: bytesOf(f32) });
  const slice = Buffer.concat([Buffer.from([1, 2, 3]), archive]).subarray(3);
  expect([...openCheckpoint(slice).weights.get('w')!.toFloat32()]).toEqual([...f32]);
});

describe('published files', () => {
  const files: [string, string, number, number][] = [
    ['weights/DVMSR/team07_DVMSR.pth', '', 106, 424_428],
    ['weights/PFVM/team34_PFVM.pth', 'params', 92, 427_848],
    ['weights/aTENNuate/weights.pt', '', 124, 844_864],
    ['weights/CleanUMamba/CleanUMamba-3N-E8_pruned-200K.pkl', 'model_state_dict', 103, 200_513],
    ['weights/CleanUMamba/Experiment_CleanU_Mamba.pkl', 'model_state_dict', 103, 441_601],
    ['weights/CleanUMamba/Experiment_CleanU_Mamba2.pkl', 'model_state_dict', 100, 427_945],
  ];
  for (const [file, wrapper, tensors, elements] of files) {
    const missing = sharedMissing(file);
    it.skipIf(missing)(`${file} ${missing ?? ''}`, () => {
      const checkpoint = openCheckpoint(readShared(file));
      const values = [...checkpoint.weights.values()].map((tensor) => tensor.toFloat32());
      expect(checkpoint.wrapper).toBe(wrapper);
      expect(values).toHaveLength(tensors);
      expect(values.reduce((sum, { length }) => sum + length, 0)).toBe(elements);
      expect(values.every((tensor) => tensor.every(Number.isFinite))).toBe(true);
    });
  }
});

it.each([['a pickle', 0x80], ['an archive', 0x4b50]])('a safetensors file is one, also where the length of its header begins like %s', (_, length) => {
  const header = JSON.stringify({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }).padEnd(length === 0x80 ? 0x180 : length);
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(header.length), true);
  expect(size[0]).toBe(length & 0xff);
  const { format, weights } = openCheckpoint(joined(size, header, bytesOf(Float32Array.of(7))));
  expect([format, ...weights.get('a')!.toFloat32()]).toEqual(['safetensors', 7]);
});

describe('an archive around a checkpoint, as authors offer theirs', () => {
  const checkpoint = torchZip(dict({ w: tensor(six, [6]) }), { 0: bytesOf(f32) });
  const folder = (...entries: ZipEntry[]) => zip([{ name: 'SPMamba-LibriMix/conf.yml', data: joined('lr: 1') }, { name: '__MACOSX/SPMamba-LibriMix/._best_model.pth', data: joined('x') }, ...entries]);

  it.each([['stored', false], ['deflated', true]])('is opened, %s', (_, deflate) => {
    const opened = openCheckpoint(folder({ name: 'SPMamba-LibriMix/best_model.pth', data: checkpoint, deflate }));
    expect([...opened.weights.get('w')!.toFloat32()]).toEqual([...f32]);
  });

  it('may hold only one, and no archive around another', () => {
    expect(() => openCheckpoint(folder({ name: 'a/best.pth', data: checkpoint }, { name: 'a/last.ckpt', data: checkpoint }))).toThrow('an archive around 2 checkpoints, a/best.pth, a/last.ckpt');
    expect(() => openCheckpoint(folder({ name: 'best.zip.bin', data: folder({ name: 'best.pth', data: checkpoint }) }))).toThrow('0 entries data.pkl');
  });
});
