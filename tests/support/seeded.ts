/** Weights and inputs that depend on nothing but their names and shapes; tests/golden/seeded.py makes the same. */
import { writeSafetensors, type WeightMap, type WeightTensor } from '../../models/checkpoints/safetensors';
import type { FloatTensor } from './graph-runner';
import { Random } from './random';
import type { Shapes } from './weights';

/** `ranges`: of tensors whose last name is there */
export function seededWeights(shapes: Shapes, ranges: Readonly<Record<string, readonly [number, number]>> = {}): WeightMap {
  return new Map(Object.entries(shapes).map(([name, shape]): [string, WeightTensor] => {
    let data: Float32Array | undefined;
    return [name, { name, shape, dtype: 'F32', toFloat32: () => (data ??= seededTensor(name, shape, ranges[name.split('.').at(-1)!] ?? bounds(name, shape))) }];
  }));
}

export function seededImage(dims: number[]): FloatTensor {
  return { dims, data: seededTensor('image', dims, [-2, 2]) };
}

/** Values in [0, 1). */
export function seeded(name: string, size: number): Float64Array {
  const random = new Random(hash(name));
  return Float64Array.from({ length: size }, () => random.next());
}

/** The same as a file. */
export function seededFile(...of: Parameters<typeof seededWeights>): Uint8Array {
  return writeSafetensors([...seededWeights(...of).values()].map(({ name, shape, toFloat32 }) => ({ name, shape, data: toFloat32() })));
}

export function seededTensor(name: string, shape: readonly number[], [low, high]: readonly [number, number]): Float32Array {
  const random = new Random(hash(name));
  const data = new Float32Array(product(shape));
  for (let i = 0; i < data.length; i++) data[i] = low + (high - low) * random.next();
  return data;
}

/** The range of a tensor's values: such that activations stay near 1 through a deep model. */
function bounds(name: string, shape: readonly number[]): [number, number] {
  const last = name.split('.').at(-1)!;
  if (['running_var', 'D', 'Ds', 'D_b'].includes(last)) return [0.5, 1.5];
  if (/^A_.*log|^freqs_/.test(last)) return [-1, 1];
  if (/(dt_proj\.bias|dt_projs_bias|dt_proj_b\.bias)$/.test(name)) return [-3, -1];
  if (shape.length < 2) return last === 'weight' ? [0.8, 1.2] : [-0.2, 0.2];
  const inputs = last.endsWith('_weight') ? shape.at(-1)! : product(shape.slice(1));
  return [-Math.sqrt(3 / inputs), Math.sqrt(3 / inputs)];
}

/** FNV-1a, 32 bits */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) value = Math.imul(value ^ byte, 0x01000193);
  return value | 0;
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}
