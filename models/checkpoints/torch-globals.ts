/** The allow-list: the only names of a pickle that mean something here, and what they make of their arguments. */
import { badTorch } from './byte-reader';
import { GlobalName, InertRecord, PickledTensor, Storage, STORAGE_ELEMENTS, StorageType, type PickleValue } from './pickle-values';

const MAX_RANK = 16;

/** Functions of the allow-list by `module.name`. */
const CALLS: Readonly<Record<string, (args: readonly PickleValue[]) => PickleValue>> = {
  'collections.OrderedDict': ([pairs]) => orderedDict(pairs),
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([data]) => data ?? null,
  'torch._utils._rebuild_parameter_with_state': ([data]) => data ?? null,
  'torch.Size': ([sizes]) => sizes ?? [],
};

/** `module.name` as the pickle's machine keeps it: nothing is looked up, imported or run. */
export function resolveGlobal(module: string, name: string): GlobalName | StorageType {
  const element = module === 'torch' && Object.hasOwn(STORAGE_ELEMENTS, name) ? STORAGE_ELEMENTS[name] : undefined;
  return element ? new StorageType(element) : new GlobalName(`${module}.${name}`);
}

/** What calling `callee` gives: a value of the allow-list, an inert record for every other name. */
export function call(callee: PickleValue, args: PickleValue): PickleValue {
  if (!(callee instanceof GlobalName) || !Array.isArray(args)) return new InertRecord(callee instanceof GlobalName ? callee.name : 'object', args);
  const known = Object.hasOwn(CALLS, callee.name) ? CALLS[callee.name] : undefined;
  return known ? known(args) : new InertRecord(callee.name, args);
}

/** ('storage', type, key, device, elements, view?) -> Storage. Persistent ids name nothing else. */
export function persistent(id: PickleValue): Storage {
  if (!Array.isArray(id) || id[0] !== 'storage' || !(id[1] instanceof StorageType)) throw badTorch(`a persistent id that is no storage of a known element type${describeType(id)}`);
  const [, type, key, , length, view] = id;
  if (typeof key !== 'string' && !isSize(key)) throw badTorch('a storage without a key');
  if (!isSize(length)) throw badTorch(`storage ${key} without a length`);
  if (!Array.isArray(view)) return new Storage(type.element, String(key), length, 0);
  const start = view[1]; // (key, offset, elements)
  if (!isSize(start)) throw badTorch(`storage ${key} without the offset of its view`);
  return new Storage(type.element, String(key), length, start);
}

function describeType(id: PickleValue): string {
  const type = Array.isArray(id) ? id[1] : null;
  return type instanceof GlobalName ? `: ${type.name.slice(0, 100)}` : '';
}

function orderedDict(pairs: PickleValue | undefined): PickleValue {
  const entries = Array.isArray(pairs) ? pairs.filter((pair): pair is PickleValue[] => Array.isArray(pair) && pair.length === 2) : [];
  return new Map(entries.map(([key, value]) => [key!, value!]));
}

/** (storage, offset, size, stride, ...) */
function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[]): PickledTensor {
  if (!(storage instanceof Storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides) || shape.length !== strides.length) {
    throw badTorch('a tensor that is not described by storage, offset, sizes and strides');
  }
  return new PickledTensor(storage, offset, shape, strides);
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSizes(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && value.every(isSize);
}
