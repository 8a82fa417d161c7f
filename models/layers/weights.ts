/** Named weights as layers see them: a prefix, checked shapes, and a record of what was used. */
import type { WeightMap, WeightTensor } from '../checkpoints/safetensors';
import { ModelError } from '../errors';
import type { GraphBuilder, Value } from '../graph/graph-builder';
import { publishedName } from './published-name';

const HINT = 'The weights belong to another architecture or version of the model; use the files that were published together.';

export class Weights {
  constructor(
    private readonly map: WeightMap,
    /** of every key, as it is published */
    readonly prefix = '',
    private readonly used = new Set<string>(),
    private readonly made = new WeakMap<GraphBuilder, Map<string, Value>>(),
  ) {}

  /** The same weights seen from `scope`: `at('mixer').take('D', ..)` is `take('mixer.D', ..)`. */
  at(scope: string): Weights {
    return new Weights(this.map, `${this.prefix}${scope}.`, this.used, this.made);
  }

  has(key: string): boolean {
    return this.map.has(this.prefix + key);
  }

  /** How many of `scope`.0, `scope`.1, ... have weights. */
  count(scope: string): number {
    const keys = [...this.map.keys()];
    let n = 0;
    while (keys.some((key) => key.startsWith(`${this.prefix}${scope}.${n}.`))) n++;
    return n;
  }

  /** The dimensions of a tensor of the given rank. Throws BAD_WEIGHTS. */
  dims(key: string, rank: 1): [number];
  dims(key: string, rank: 2): [number, number];
  dims(key: string, rank: 3): [number, number, number];
  dims(key: string, rank: 4): [number, number, number, number];
  dims(key: string, rank: number): number[] {
    const { shape } = this.find(key, `a tensor of rank ${rank}`);
    if (shape.length !== rank || shape.includes(0)) throw this.misshapen(key, `a tensor of rank ${rank} without empty dimensions`);
    return [...shape];
  }

  /** The values of a tensor of exactly this shape. Throws BAD_WEIGHTS. */
  take(key: string, shape: readonly number[]): Float32Array {
    return this.claim(key, shape).toFloat32();
  }

  /** The same, unread. */
  private claim(key: string, shape: readonly number[]): WeightTensor {
    const tensor = this.find(key, `[${shape.join(', ')}]`);
    if (tensor.shape.length !== shape.length || tensor.shape.some((dim, i) => dim !== shape[i])) throw this.misshapen(key, `[${shape.join(', ')}]`);
    this.used.add(this.prefix + key);
    return tensor;
  }

  /** The tensor as it is, under its published name. `dims` may spell its shape otherwise for the graph. */
  put(g: GraphBuilder, key: string, shape: readonly number[], dims = shape): Value {
    const tensor = this.claim(key, shape);
    return this.once(g, this.prefix + key, dims, () => tensor.toFloat32());
  }

  /** What is computed from a tensor when the model is written, named after it: `suffix` says how. */
  derive(g: GraphBuilder, key: string, suffix: string, shape: readonly number[], map: (values: Float32Array) => Float32Array, dims = shape): Value {
    const tensor = this.claim(key, shape);
    return this.once(g, `${this.prefix}${key}.${suffix}`, dims, () => map(tensor.toFloat32()));
  }

  /** Weights that several layers share are in the graph once. */
  private once(g: GraphBuilder, name: string, dims: readonly number[], values: () => Float32Array): Value {
    const made = this.made.get(g) ?? new Map<string, Value>();
    this.made.set(g, made);
    const key = `${name} [${dims}]`;
    const value = made.get(key) ?? g.initializer(name, dims, values);
    made.set(key, value);
    return value;
  }

  /** A linear map's [outputs, inputs] as the right-hand side of a product, [inputs, outputs]. */
  putTransposed(g: GraphBuilder, key: string, [rows, columns]: readonly [number, number]): Value {
    return this.derive(g, key, 'transposed', [rows, columns], (values) => transpose(values, rows, columns), [columns, rows]);
  }

  /** Keys that no layer took. */
  unused(): string[] {
    return [...this.map.keys()].filter((key) => !this.used.has(key));
  }

  private find(key: string, expected: string) {
    const tensor = this.map.get(this.prefix + key);
    if (!tensor) throw new ModelError('BAD_WEIGHTS', `weights: expected ${publishedName(this.map, this.prefix + key)} as ${expected}, it is missing`, HINT);
    return tensor;
  }

  /** The error that says what shape `key` was expected to have. */
  misshapen(key: string, expected: string): ModelError {
    const { name, shape } = this.find(key, expected);
    return new ModelError('BAD_WEIGHTS', `weights: expected ${name} as ${expected}, got [${shape.join(', ')}]`, HINT);
  }
}

/** [rows, columns] -> [columns, rows] */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column]!;
  }
  return result;
}
