/**
 * PyTorch's file before 1.6: pickles of a magic number, the protocol, the machine, the object and the storages' keys, then each
 * storage as its length (8 bytes) and its elements.
 */
import { badTorch, ByteReader } from './byte-reader';
import { partOf, type ByteSource } from './byte-source';
import { ELEMENT_TYPES } from './element-types';
import type { PickleValue, Storage } from './pickle-values';
import type { TorchFile } from './torch-file';
import { unpickle } from './unpickle';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

export function readTorchLegacy(file: ByteSource): TorchFile {
  const reader = new ByteReader(file);
  const magic = unpickle(reader);
  if (magic !== MAGIC) throw badTorch('a pickle that PyTorch did not write');
  const protocol = unpickle(reader);
  if (protocol !== PROTOCOL) throw badTorch(`protocol ${String(protocol).slice(0, 20)}, ${PROTOCOL} was expected`);
  const machine = unpickle(reader);
  if (machine instanceof Map && machine.get('little_endian') === false) throw badTorch('its numbers are big-endian: save it again on a little-endian machine');
  const storages = new Map<string, Storage>();
  const object = unpickle(reader, storages);
  const memory = readStorages(reader, unpickle(reader), storages);
  return {
    format: 'torch-legacy',
    object,
    storage({ key }) {
      const data = memory.get(key);
      if (!data) throw badTorch(`storage ${key} is missing`);
      return data;
    },
  };
}

/** The storages stand in the order of their keys; how wide their elements are, the object says. */
function readStorages(reader: ByteReader, keys: PickleValue, storages: ReadonlyMap<string, Storage>): Map<string, ByteSource> {
  if (!Array.isArray(keys)) throw badTorch('it has no list of storages');
  const memory = new Map<string, ByteSource>();
  for (const key of keys.map(String)) {
    const storage = storages.get(key);
    if (!storage || memory.has(key)) throw badTorch(`storage ${key.slice(0, 100)} is ${storage ? 'there twice' : 'described nowhere'}`);
    const length = reader.uint64();
    if (length !== storage.length) throw badTorch(`storage ${key} has ${length} elements, ${storage.length} were expected`);
    const start = reader.position;
    reader.skip(length * ELEMENT_TYPES[storage.element].size);
    memory.set(key, partOf(reader.source, start, reader.position));
  }
  return memory;
}
