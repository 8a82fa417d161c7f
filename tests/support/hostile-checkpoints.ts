/** PyTorch files that must be refused. */
import { bytesOf, dict, global, int, joined, list, pickle, reduce, tensor, text, torchLegacy, torchZip, tuple, zip, type StorageSpec } from './torch-files';

const memory = bytesOf(Float32Array.of(1, 2, 3, 4));
const four: StorageSpec = { key: '0', type: 'Float', length: 4 };
const sound = dict({ w: tensor(four, [2, 2]) });
const archive = (object: Uint8Array, options = {}) => torchZip(object, { 0: memory }, options);
const legacy = (object: Uint8Array) => torchLegacy(object, [{ key: '0', length: 4, bytes: memory }]);
const repeat = (bytes: Uint8Array, times: number) => new Uint8Array(Buffer.alloc(bytes.length * times, bytes));

/** Files that are read, to be damaged. */
export const SAMPLES = { sound, archive, legacy, four };

/** What it is, the file, and what its refusal says. */
export const HOSTILE: [string, Uint8Array, string][] = [
  ['nothing', new Uint8Array(0), 'begins with nothing'],
  ['text', joined('hello, world'), 'begins with 68 65 6c 6c'],
  ['an archive without weights', zip([{ name: 'readme.txt', data: memory }]), '0 entries data.pkl'],
  ['an archive of two files', zip([{ name: 'a/data.pkl', data: memory }, { name: 'b/data.pkl', data: memory }]), '2 entries data.pkl'],
  ['an entry twice', zip([{ name: 'a/data.pkl', data: memory }, { name: 'a/data.pkl', data: memory }]), 'two entries "a/data.pkl"'],
  ['an encrypted entry', zip([{ name: 'a/data.pkl', data: pickle(sound), claims: { flags: 1 } }]), 'encrypted'],
  ['an unknown compression', zip([{ name: 'a/data.pkl', data: pickle(sound), claims: { method: 12 } }]), 'method 12'],
  ['an entry elsewhere', zip([{ name: 'a/data.pkl', data: pickle(sound), claims: { offset: 3 } }]), 'not where the directory says'],
  ['an entry behind the end', zip([{ name: 'a/data.pkl', data: pickle(sound), claims: { offset: 1 << 30 } }]), 'it ends at byte'],
  ['big-endian numbers', archive(sound, { byteorder: 'big' }), 'byte order "big"'],
  ['big-endian numbers of a legacy file', torchLegacy(sound, [], { littleEndian: false }), 'big-endian'],
  ['a storage that is missing', torchZip(sound), 'no entry "archive/data/0"'],
  ['a storage that is missing from a legacy file', torchLegacy(sound, []), 'storage 0 is missing'],
  ['a storage of another size', torchZip(sound, { 0: memory.subarray(4) }), 'needs 16 bytes, got 12'],
  ['a legacy storage twice', torchLegacy(sound, [{ key: '0', length: 4, bytes: memory }, { key: '0', length: 4, bytes: memory }]), 'there twice'],
  ['a legacy storage of nothing', torchLegacy(sound, [{ key: '7', length: 4, bytes: memory }]), 'described nowhere'],
  ['a storage described in two ways', archive(dict({ a: tensor(four, [4]), b: tensor({ ...four, type: 'Half' }, [4]) })), 'two ways'],
  ['complex numbers', archive(dict({ a: tensor({ ...four, type: 'ComplexFloat' }, [4]) })), 'torch.ComplexFloatStorage'],
  ['a tensor behind its storage', archive(dict({ w: tensor(four, [2, 2], [2, 1], 1) })), 'elements 1 to 5 of a storage of 4'],
  ['a tensor that strides out of its storage', archive(dict({ w: tensor(four, [2, 2], [3, 1]) })), 'elements 0 to 5'],
  ['a tensor whose size overflows', archive(dict({ w: tensor(four, [2 ** 50, 2 ** 50], [2 ** 50, 2 ** 50]) })), 'of a storage of 4'],
  ['a tensor expanded to terabytes', archive(dict({ w: tensor(four, [2 ** 20, 2 ** 20], [0, 0]) })), 'repeats a storage of 4'],
  ['a negative size', archive(dict({ w: tensor(four, [-1]) })), 'not described'],
  ['a tensor on what is no storage', archive(dict({ w: reduce(global('torch._utils', '_rebuild_tensor_v2'), int(1), int(0), tuple(int(1)), tuple(int(1))) })), 'not described'],
  ['a persistent id that is no storage', archive(joined(tuple(text('module'), text('x')), 'Q')), 'persistent id'],
  ['a program object', archive(joined(global('evil', 'Model'), ')', [0x81])), 'a program object evil.Model'],
  ['a reducer in place of weights', archive(reduce(global('os', 'system'), text('true'))), 'a program object os.system'],
  ['no tensors', archive(dict({ epoch: int(3) })), 'a dictionary with epoch'],
  ['a pickle of something else', pickle(dict({})), 'a pickle that PyTorch did not write'],
  ['an unknown operation', archive(joined([0xff])), 'operation 0xff'],
  ['an empty stack', archive(joined('0')), 'empty stack'],
  ['a mark that was never set', archive(joined('t')), 'mark'],
  ['a value that was never stored', archive(joined('h', [3])), 'recalls value 3'],
  ['a key without a value', archive(joined('}(', text('a'), 'u')), 'has no value'],
  ['items for what is no dictionary', archive(joined('](', text('a'), text('b'), 'u')), 'no dictionary'],
  ['a text of 4 GB', archive(joined('X', [255, 255, 255, 255])), 'text of 4294967295 bytes'],
  ['a text of 2^64 bytes', archive(joined([0x8d, 255, 255, 255, 255, 255, 255, 255, 255])), 'a length of'],
  ['an integer of 2 GB', archive(joined([0x8b, 255, 255, 255, 127])), 'integer of 2147483647 bytes'],
  ['operations without end', archive(repeat(joined('N0'), 3_000_000)), 'more than 2500000 operations'],
  ['dictionaries without end', archive(repeat(joined('}'), 2_000_000)), 'more than 500000 objects'],
  ['marks without end', archive(repeat(joined('('), 2_000_000)), 'more than 500000 objects'],
  ['lists in lists without end', archive(joined(repeat(joined(']'), 100_000), repeat(joined('a'), 99_999))), 'it holds a list'],
  ['dictionaries in dictionaries', archive(joined('}', repeat(joined(text('a'), '}'), 100_000), repeat(joined('s'), 100_000))), 'nested more than'],
  ['a list that holds itself', archive(joined('}(', text('w'), tensor(four, [4]), text('me'), ']', 'q', [0], 'h', [0], 'a', 'u')), 'nested more than'],
  ['a wrapper that holds itself', archive(joined('}', 'q', [0], text('model'), 'h', [0], 's')), 'nested more than'],
  ['doublings without end', archive(dict({ w: tensor(four, [4]), x: joined(list(int(1)), ...Array.from({ length: 24 }, () => joined('2', [0x86]))) })), 'more than 250000 values'],
  ['an entry that grows beyond its claim', zip([{ name: 'a/data.pkl', data: new Uint8Array(100 << 20), deflate: true, claims: { size: 1000 } }]), 'grows beyond'],
  ['an entry that claims to grow a lot', torchZip(sound, {}, {}, [{ name: 'archive/data/0', data: memory, deflate: true, claims: { size: 2 ** 31 } }]), 'grows to 2147483648 bytes'],
  ['a pickle that claims to grow a lot', zip([{ name: 'a/data.pkl', data: memory, deflate: true, claims: { size: 2 ** 31 } }]), 'more than'],
  ['a storage that claims to grow a lot', torchZip(dict({ w: tensor({ ...four, length: 2 ** 29 }, [2 ** 29]) }), {}, {}, [{ name: 'archive/data/0', data: new Uint8Array(1 << 20), deflate: true, claims: { size: 2 ** 31 } }]), 'more than'],
  ['an archive that grows, in an archive that grows', zip([{ name: 'best.pth', data: torchZip(sound, { 0: memory }, { deflate: true }), deflate: true }]), 'more than 0 altogether'],
  ['an entry that grows less than it claims', zip([{ name: 'a/data.pkl', data: memory, deflate: true, claims: { size: 17 } }]), 'has 16 bytes'],
  ['an entry that only says it is deflated', zip([{ name: 'a/data.pkl', data: joined([7, 7, 7, 7]), claims: { method: 8 } }]), 'damaged'],
  ];
