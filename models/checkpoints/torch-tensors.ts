/** Tensors on storages as named weights: bounds are checked when the file is opened, values are copied when they are asked for. */
import { badTorch } from './byte-reader';
import { ELEMENT_TYPES } from './element-types';
import type { PickledTensor } from './pickle-values';
import type { WeightTensor } from './safetensors';
import type { TorchFile } from './torch-file';

/** An expanded tensor (stride 0) may have more elements than its storage, up to this. */
const MAX_EXPANDED = 1 << 20;

export function toWeightTensor(name: string, tensor: PickledTensor, file: TorchFile): WeightTensor {
  const { storage, shape, strides } = tensor;
  const type = ELEMENT_TYPES[storage.element];
  const memory = file.storage(storage);
  const size = shape.includes(0) ? 0 : shape.reduce((product, dim) => product * dim, 1);
  const first = storage.start + tensor.offset;
  const reach = size === 0 ? 0 : shape.reduce((sum, dim, axis) => sum + (dim - 1) * strides[axis]!, 1); // elements from the first to the last
  if (first + reach > storage.length) throw badTorch(`tensor ${name} [${shape}] lies at elements ${first} to ${first + reach} of a storage of ${storage.length}`);
  if (size > Math.max(storage.length, MAX_EXPANDED)) throw badTorch(`tensor ${name} [${shape}] repeats a storage of ${storage.length} elements`);
  return {
    name,
    shape: [...shape],
    dtype: storage.element,
    toFloat32() {
      const values = type.toFloat32(memory.read(first * type.size, (first + reach) * type.size));
      return size === reach && isContiguous(shape, strides) ? values : gather(values, shape, strides, size);
    },
  };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** Row-major order of values that lie at strides. */
function gather(values: Float32Array, shape: readonly number[], strides: readonly number[], size: number): Float32Array {
  const result = new Float32Array(size);
  const index = shape.map(() => 0);
  let position = 0;
  for (let i = 0; i < size; i++) {
    result[i] = values[position]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
