/** Random weights of given shapes, as a model would read them from a file. */
import { readSafetensors, writeSafetensors, type WeightMap } from '../../models/checkpoints/safetensors';
import type { Random } from './random';
import type { ReferenceWeights } from './reference/matrix';

export type Shapes = Record<string, readonly number[]>;

/** Values in [-0.5, 0.5), which keeps small random models in the range where float32 is judged fairly. */
export function randomWeights(random: Random, shapes: Shapes): { reference: ReferenceWeights; map: WeightMap } {
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const data = random.array(shape.reduce((product, dim) => product * dim, 1), -0.5, 0.5);
    return { name, shape, data };
  });
  return { reference: new Map(tensors.map((tensor) => [tensor.name, tensor])), map: readSafetensors(writeSafetensors(tensors)) };
}

/** The same weights, read once for all the models that a test builds from them. */
export function decoded(weights: WeightMap): WeightMap {
  return new Map([...weights].map(([name, tensor]) => {
    const data = tensor.toFloat32();
    return [name, { ...tensor, toFloat32: () => data }];
  }));
}
