import type { WeightMap, WeightTensor } from '../../models/checkpoints/safetensors';
import { random } from './tensors';

export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Random weights, the same each time, that keep what passes through a model of one size. */
export function randomWeights(shapes: Shapes): WeightMap {
  return new Map(Object.entries(shapes).map(([name, shape], seed): [string, WeightTensor] => {
    const width = 1 / Math.sqrt(shape.slice(1).reduce((product, dim) => product * dim, 1));
    return [name, { name, shape, dtype: 'F32', toFloat32: () => random([...shape], seed, -width, width).data as Float32Array }];
  }));
}
