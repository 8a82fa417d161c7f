/** Builds an ONNX graph node by node: every call returns a handle that later calls take as an input. */
import { OnnxModel, type LazyTensor } from './onnx-model';
import type { AttributeDef, DataType, Dim, GraphDef, NodeDef, ValueDef } from './onnx-proto';

type TensorData = Float32Array | BigInt64Array;
const BYTES_OF = { float32: 4, int64: 8 };

/** A tensor of the graph. `output()` may give it its final name, so hold the handle, not the name. */
export interface Value {
  readonly name: string;
}

/** A graph as an attribute (the body of Scan, Loop, If). */
export type Attribute = Exclude<AttributeDef, GraphDef> | GraphBuilder;
export type Attributes = Readonly<Record<string, Attribute>>;
/** `undefined` stands for an absent optional input. */
export type Inputs = readonly (Value | undefined)[];

interface Node {
  op: string;
  domain: string;
  inputs: Inputs;
  outputs: readonly Value[];
  attributes: Attributes;
}

export class GraphBuilder {
  private readonly nodesOf: Node[] = [];
  private readonly inputsOf: { value: Value; type: DataType; dims: readonly Dim[] }[] = [];
  private readonly outputsOf: { value: Value; type: DataType; dims: readonly Dim[] }[] = [];
  private readonly initializers = new Map<string, LazyTensor>();
  private readonly constants = new Map<string, Value>();
  /** handles that a node made and that no output has named yet */
  private readonly unnamed = new Set<Value>();
  private readonly names: Set<string>;

  /** A body graph takes its outer graph, so that no name is used twice. */
  constructor(readonly name: string, outer?: GraphBuilder) {
    this.names = outer?.names ?? new Set();
  }

  input(name: string, dims: readonly Dim[], type: DataType = 'float32'): Value {
    const value = this.value(name);
    this.inputsOf.push({ value, type, dims });
    return value;
  }

  /** Makes `value` an output called `name`. */
  output(name: string, value: Value, dims: readonly Dim[], type: DataType = 'float32'): void {
    const own = this.unnamed.delete(value) ? value : this.node('Identity', [value]);
    this.unnamed.delete(own);
    this.names.delete(own.name);
    (own as { name: string }).name = this.unique(name);
    this.outputsOf.push({ value: own, type, dims });
  }

  /** A weight, under its published name; `data` may be a function that gives it when the model is written. */
  initializer(name: string, dims: readonly number[], data: Float32Array | (() => Float32Array)): Value {
    return this.tensor(name, 'float32', dims, data);
  }

  /** An int64 vector; equal ones are stored once. */
  ints(values: readonly number[]): Value {
    return this.constant(`ints:${values}`, 'int64', [values.length], () => BigInt64Array.from(values, BigInt));
  }

  /** A float32 scalar; equal ones are stored once. */
  scalar(value: number): Value {
    return this.constant(`scalar:${value}`, 'float32', [], () => Float32Array.of(value));
  }

  /** A float32 vector of `size` times the same value; equal ones are stored once. */
  filled(value: number, size: number): Value {
    return this.constant(`filled:${value}:${size}`, 'float32', [size], () => new Float32Array(size).fill(value));
  }

  /** Adds an operator with one output. */
  node(op: string, inputs: Inputs, attributes: Attributes = {}, domain = ''): Value {
    return this.nodes(1, op, inputs, attributes, domain)[0]!;
  }

  /** Adds an operator with `count` outputs. */
  nodes(count: number, op: string, inputs: Inputs, attributes: Attributes = {}, domain = ''): Value[] {
    const outputs = Array.from({ length: count }, () => this.value(this.fresh(op)));
    for (const output of outputs) this.unnamed.add(output);
    this.nodesOf.push({ op, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** The ModelProto, ready for a session. */
  toModel(): Uint8Array {
    return this.toOnnx().toBytes();
  }

  toOnnx(): OnnxModel {
    return new OnnxModel(this.withoutWeights(), [...this.initializers.values()]);
  }

  /** As the body of another graph. */
  toGraph(): GraphDef {
    return { ...this.withoutWeights(), initializers: [...this.initializers.values()].map((tensor) => ({ ...tensor, data: tensor.data() })) };
  }

  private withoutWeights(): Omit<GraphDef, 'initializers'> {
    const definition = ({ value, type, dims }: { value: Value; type: DataType; dims: readonly Dim[] }): ValueDef => ({ name: value.name, type, dims });
    return {
      name: this.name,
      nodes: this.nodesOf.map(toNodeDef),
      inputs: this.inputsOf.map(definition),
      outputs: this.outputsOf.map(definition),
    };
  }

  private constant(key: string, type: 'float32' | 'int64', dims: readonly number[], data: () => TensorData): Value {
    let value = this.constants.get(key);
    if (!value) this.constants.set(key, (value = this.tensor(this.fresh('constant'), type, dims, data())));
    return value;
  }

  private tensor(name: string, type: 'float32' | 'int64', dims: readonly number[], data: TensorData | (() => TensorData)): Value {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const checked = (values: TensorData) => {
      if (values.length !== size) throw new RangeError(`initializer ${name} [${dims}] needs ${size} elements, got ${values.length}`);
      return values;
    };
    if (typeof data !== 'function') checked(data);
    const value = this.value(name);
    this.initializers.set(value.name, { name: value.name, type, dims, bytes: size * BYTES_OF[type], data: () => (typeof data === 'function' ? checked(data()) : data) });
    return value;
  }

  private value(name: string): Value {
    return { name: this.unique(name) };
  }

  private fresh(stem: string): string {
    return `${stem}_${this.names.size}`;
  }

  private unique(name: string): string {
    if (this.names.has(name)) throw new RangeError(`the graph has two values called ${name}`);
    this.names.add(name);
    return name;
  }
}

function toNodeDef(node: Node): NodeDef {
  const inputs = node.inputs.map((input) => input?.name ?? '');
  while (inputs.at(-1) === '') inputs.pop();
  const outputs = node.outputs.map((output) => output.name);
  const attributes: Record<string, AttributeDef> = {};
  for (const [name, value] of Object.entries(node.attributes)) attributes[name] = value instanceof GraphBuilder ? value.toGraph() : value;
  return { op: node.op, domain: node.domain, name: outputs[0]!, inputs, outputs, attributes };
}
